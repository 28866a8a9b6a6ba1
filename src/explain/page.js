"use strict";
// Whatever comes from the same piece of the source, or belongs to the same block, is marked together.
const alike = at => ["p", "b"].filter(key => at.dataset[key] !== undefined && !(key === "p" && at.matches("g")))
  .slice(0, 1).flatMap(key => [...document.querySelectorAll(`[data-${key}="${CSS.escape(at.dataset[key])}"]`)]);
const found = event => event.target.closest("[data-p],[data-b]");
const unmark = name => document.querySelectorAll("." + name).forEach(e => e.classList.remove(name));
document.addEventListener("mouseover", event => {
  unmark("on");
  const at = found(event);
  if (at) alike(at).forEach(e => e.classList.add("on"));
});
document.addEventListener("click", event => {
  const at = found(event);
  unmark("pinned");
  if (!at) return;
  const seen = new Set([at.closest(".scroll")]);
  for (const e of alike(at)) {
    e.classList.add("pinned");
    const column = e.closest(".scroll");
    if (column && !seen.has(column)) {
      seen.add(column);
      column.scrollTop += e.getBoundingClientRect().top - column.getBoundingClientRect().top - column.clientHeight / 3;
    }
  }
});
