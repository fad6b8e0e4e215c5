"""The sheet that a learner and a teacher sit down over: figures worth talking about, both voices,
what was agreed, and what became of what was agreed last time. docs/conversation.md is for them."""
