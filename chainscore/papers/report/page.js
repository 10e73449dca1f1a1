"use strict";
const page = document.documentElement;
const byId = (id) => document.getElementById(id);
const each = (selector, action) => document.querySelectorAll(selector).forEach(action);
byId("language").addEventListener("click", () => {
  const language = page.dataset.language === "zh" ? "en" : "zh";
  page.dataset.language = language;
  page.lang = language;
});
byId("open").addEventListener("click", () => each("article:not([hidden]) details:not([hidden])", (its) => { its.open = true; }));
byId("close").addEventListener("click", () => each("article details", (its) => { its.open = false; }));
byId("print").addEventListener("click", () => window.print());
function filter() {
  const object = byId("of-object").value, leaf = byId("of-leaf").value, unit = byId("of-unit").value;
  each("article", (its) => { its.hidden = Boolean(object) && its.dataset.object !== object; });
  each("details.leaf", (its) => {
    const astray = Boolean(leaf) && its.dataset.leaf !== leaf;
    its.hidden = astray || (Boolean(unit) && !its.dataset.units.split("|").includes(unit));
  });
  each("details.part", (its) => { its.hidden = its.querySelector("details.leaf:not([hidden])") === null; });
  if (leaf || unit) each("details.part:not([hidden]), article > div > details", (its) => { its.open = true; });
}
byId("filters").addEventListener("change", filter);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
function openTarget() {
  const target = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : null;
  if (target) target.querySelectorAll(":scope > div > details").forEach((its) => { its.open = true; });
}
window.addEventListener("hashchange", openTarget);
openTarget();
each("article > div > details", (its) => { its.open = true; });
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("article details:not([open])")];
  opened.forEach((its) => { its.open = true; });
});
window.addEventListener("afterprint", () => opened.forEach((its) => { its.open = false; }));
