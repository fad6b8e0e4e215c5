// Tells the server the time zone of this browser, once; whoever chose one keeps it.
(function () {
  "use strict";
  var own = document.currentScript;
  if (/(^|; )lrs_zone=/.test(document.cookie)) return;
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  var secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = "lrs_zone=" + encodeURIComponent(zone) + "; path=" + own.dataset.path +
    "; max-age=31536000; samesite=lax" + secure;
})();
