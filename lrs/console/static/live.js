// The skill grid: arrow keys move between its cells, and it moves while the class works.
(function () {
  "use strict";
  var table = document.getElementById("skill-grid");
  if (!table) return;
  var links = new Map();
  var all = Array.prototype.slice.call(table.querySelectorAll("tbody a"));
  all.forEach(function (link) {
    var told = /[?&]c=([^&]*)$/.exec(link.href);
    if (told) links.set(told[1], link);
    link.tabIndex = -1;
  });
  var heads = table.tHead.rows[0].cells, stop = null;
  // One stop for Tab. Only that link says whose cell of which skill it is: in thousands it would
  // make the page heavy, and a screen reader that follows the focus may not read the headers.
  function ready(link) {
    if (stop) { stop.tabIndex = -1; stop.removeAttribute("aria-describedby"); }
    stop = link;
    stop.tabIndex = 0;
    var cell = link.parentElement, row = cell.parentElement.cells[0], head = heads[cell.cellIndex];
    if (cell === row) return;
    [["row", row], ["column", head]].forEach(function (one) {
      var before = document.getElementById("grid-" + one[0]);
      if (before) before.removeAttribute("id");
      one[1].id = "grid-" + one[0];
    });
    link.setAttribute("aria-describedby", "grid-row grid-column");
  }
  function focus(link) {
    ready(link);
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  }
  if (all.length) ready(document.getElementById("at") || all[0]);
  // A grid of its own keys: its rows and cells get their roles with it.
  var hint = document.getElementById("grid-keys");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-readonly", "true");
  table.setAttribute("aria-describedby", hint.id);
  hint.hidden = false;
  table.parentElement.removeAttribute("tabindex"); // it scrolls with the focus
  function near(cell, rows, columns) {
    var row = cell.parentElement, at = cell.cellIndex;
    for (var steps = 0; steps < 1000; steps++) {
      if (rows) row = rows > 0 ? row.nextElementSibling : row.previousElementSibling;
      at += columns;
      if (!row || at < 0 || at >= row.cells.length) return null;
      var link = row.cells[at].querySelector("a");
      if (link) return link;
    }
    return null;
  }
  function end(rows, last) {
    for (var at = 0; at < rows.length; at++) {
      var found = rows[last ? rows.length - 1 - at : at].querySelectorAll("a");
      if (found.length) return found[last ? found.length - 1 : 0];
    }
    return null;
  }
  function far(cell, way) {
    for (var found = null, step = 0; step < 10; step++) {
      var next = near(found ? found.parentElement : cell, way, 0);
      if (!next) return found;
      found = next;
    }
    return found;
  }
  var keys = {
    ArrowUp: function (cell) { return near(cell, -1, 0); },
    ArrowDown: function (cell) { return near(cell, 1, 0); },
    ArrowLeft: function (cell) { return near(cell, 0, -1); },
    ArrowRight: function (cell) { return near(cell, 0, 1); },
    PageUp: function (cell) { return far(cell, -1); },
    PageDown: function (cell) { return far(cell, 1); },
    Home: function (cell, all) { return end(all ? table.tBodies[0].rows : [cell.parentElement], false); },
    End: function (cell, all) { return end(all ? table.tBodies[0].rows : [cell.parentElement], true); }
  };
  table.addEventListener("keydown", function (event) {
    var way = keys[event.key], cell = event.target.closest("td,th");
    var jump = event.key === "Home" || event.key === "End";
    if (!way || !cell || event.altKey || event.shiftKey || event.metaKey || (event.ctrlKey && !jump)) return;
    var next = way(cell, event.ctrlKey);
    event.preventDefault();
    if (next) focus(next);
  });
  table.addEventListener("focusin", function (event) {
    var link = event.target.closest("a");
    if (link && link !== stop) focus(link);
  });

  if (!table.dataset.live || !window.EventSource) return;
  var words = JSON.parse(table.dataset.words), status = document.getElementById("live");
  var asked = JSON.parse(table.dataset.asked);
  var waiting = new Map(), said = 0, timer = null, silence = null;
  function say() {
    timer = null;
    if (!waiting.size) return;
    said = Date.now();
    var told = Array.from(waiting.values()), left = told.length - 4;
    var text = told.slice(0, 4).join("; ");
    if (left > 0) text += "; " + table.dataset.more.replace("{n}", left);
    status.textContent = table.dataset.changed.replace("{names}", text);
    waiting.clear();
    clearTimeout(silence);
    silence = setTimeout(function () { status.textContent = ""; }, 20000); // news is not for good
  }
  // of whom, of which skill, and how it is now
  function announce(name, link) {
    var skill = heads[link.parentElement.cellIndex].textContent;
    waiting.set(link, name + ", " + skill + ": " + link.getAttribute("aria-label"));
    if (timer === null) timer = setTimeout(say, Math.max(300, said + 10000 - Date.now()));
  }
  // told: class, number, what stands beside it, the same in words, what else there is to say.
  // Named as the page names them.
  function named(told) {
    var begun = words[told[1] === "–" ? told[0] + "–" : told[0]].replace("{p}", told[1]);
    return [begun].concat(told.slice(3).filter(Boolean)).join(", ");
  }
  function put(link, told) {
    var small = link.querySelector("b"), cell = link.parentElement, name = named(told);
    if (link.getAttribute("aria-label") === name && small.textContent === told[2]) return false;
    cell.className = told[0] + (told[4] ? " q" : "") + " changed";
    link.firstChild.nodeValue = told[1] + " ";
    link.setAttribute("aria-label", name);
    small.textContent = told[2];
    setTimeout(function () { cell.classList.remove("changed"); }, 20000);
    return true;
  }
  function fresh() {
    if (document.querySelector(".fresh")) return;
    var note = document.createElement("p");
    note.className = "notice fresh";
    note.setAttribute("role", "status");
    note.textContent = table.dataset.new;
    document.getElementById("attention").after(note);
  }
  // A browser joins a broken stream again by itself, but not one that was refused: while the server
  // or its database starts anew, it has to be asked again.
  var source = null, again = null, pause = 3000, late = null, lost = null;
  function live() {
    clearTimeout(late);
    late = null;
    if (lost) lost.remove();
    lost = null;
  }
  function quiet() {
    lost = document.createElement("p");
    lost.className = "notice lost";
    lost.setAttribute("role", "status");
    lost.textContent = table.dataset.lost;
    table.parentElement.before(lost);
  }
  function leave() {
    clearTimeout(again);
    if (source) source.close();
  }
  function changed(event) {
    var told = JSON.parse(event.data);
    Object.keys(told.rows).forEach(function (row) {
      Object.keys(told.rows[row]).forEach(function (column) {
        var link = links.get(row + "." + column);
        if (link && put(link, told.rows[row][column])) announce(told.names[row], link);
      });
      if (told.asked[row] > (asked[row] || 0)) fresh();
    });
  }
  function join() {
    source = new EventSource(table.dataset.live + "?show=" + encodeURIComponent(table.dataset.show));
    source.addEventListener("changed", changed);
    source.addEventListener("open", function () { pause = 3000; live(); });
    source.addEventListener("over", function () { leave(); live(); });
    source.addEventListener("error", function () {
      if (late === null) late = setTimeout(quiet, 6000); // a stream ends now and then, and goes on
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(join, pause);
      pause = Math.min(2 * pause, 60000);
    });
  }
  join();
  window.addEventListener("pagehide", leave);
})();
