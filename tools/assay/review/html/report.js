// What a browser adds to the page: theme, search, filters, copy buttons, the arrow keys of the timeline, zoom.
// All that the page says is there without it. No text is ever parsed as HTML here.
"use strict";

const root = document.documentElement;
root.classList.add("js");

const remembered = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } },
};
const THEME = "assay-theme";
const chosen = remembered.get(THEME);
if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const made = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const say = (text) => { document.getElementById("announce").textContent = text; };

function theme() {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered.set(THEME, root.dataset.theme);
    show();
  });
  dark.addEventListener("change", show);
  show();
}

// Folds: opened for a link into them, for paper and for what the search finds, and closed again afterwards.
function open(details, mark) {
  if (details.open) return;
  details.open = true;
  if (mark) details.dataset[mark] = "";
}
function closeAgain(mark) {
  for (const details of all(`details[data-${mark}]`)) {
    details.open = false;
    delete details.dataset[mark];
  }
}
function openAround(element, mark) {
  for (let at = element.closest("details"); at; at = at.parentElement.closest("details")) open(at, mark);
}
function folds() {
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    openAround(target);
    target.scrollIntoView();
    if (target.matches(".statement")) target.tabIndex = -1;
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  follow();
  addEventListener("beforeprint", () => all("details").forEach((details) => open(details, "printed")));
  addEventListener("afterprint", () => closeAgain("printed"));
}

function copying() {
  for (const box of all(".code[data-copy], .statement .code")) {
    const button = made("button", "copy", "Copy");
    button.type = "button";
    if (box.dataset.copy) button.setAttribute("aria-label", `Copy: ${box.dataset.copy}`);
    box.append(button);
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".copy");
    if (!button) return;
    const done = await copied(button.parentElement.querySelector("pre"));
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    button.classList.toggle("done", done);
    say(done ? "Copied" : "Selected; press Ctrl+C to copy");
    setTimeout(() => { button.textContent = "Copy"; button.classList.remove("done"); }, 1600);
  });
}
async function copied(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(pre);
    return document.execCommand("copy");
  }
}

function filters() {
  const form = document.querySelector(".filters");
  if (!form) return;
  const items = all(".finding");
  const apply = () => {
    const wanted = new FormData(form);
    const severities = wanted.getAll("severity");
    let count = 0;
    for (const item of items) {
      const fits = severities.includes(item.dataset.severity) && ["rule", "revision"].every(
        (name) => !wanted.get(name) || wanted.get(name) === item.dataset[name]);
      item.classList.toggle("filtered", !fits);
      item.hidden = !fits;
      count += fits;
    }
    form.querySelector("output").textContent = count === items.length ? "" : `${count} of ${items.length}`;
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
}

const OPENED = 300; // matches: more than these do not open their folds
const MARKED = 2000; // places that are marked

// Search: what does not match is hidden, what matches is opened and marked; Escape brings everything back.
function search() {
  const input = document.getElementById("search");
  const form = input.form;
  const output = document.getElementById("search-count");
  const sections = all("main > section[id]");
  let index = null, ranges = [], at = -1, timer = 0;

  const indexed = () => (index ??= all(".find, .statement").map((item) => ({ item, text: item.textContent.toLowerCase() })));
  const marks = (item, needle) => {
    const found = [];
    const walker = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      for (let from = text.indexOf(needle); from >= 0; from = text.indexOf(needle, from + needle.length)) {
        const range = new Range();
        range.setStart(node, from);
        range.setEnd(node, from + needle.length);
        found.push(range);
      }
    }
    return found;
  };
  const show = (items) => {
    globalThis.CSS?.highlights?.delete("found");
    ranges = [];
    at = -1;
    const needle = input.value.trim().toLowerCase();
    if (!needle || !globalThis.Highlight) return;
    for (const item of items) {
      if (ranges.length > MARKED) break;
      ranges.push(...marks(item, needle));
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  const run = () => {
    const needle = input.value.trim().toLowerCase();
    closeAgain("searched");
    form.classList.toggle("used", Boolean(needle));
    const hits = [];
    for (const { item, text } of indexed()) {
      const hit = !needle || text.includes(needle);
      const hide = !hit || item.classList.contains("filtered");
      if (item.hidden !== hide) item.hidden = hide;
      if (needle && !hide) hits.push(item);
    }
    const around = new Set();
    for (const hit of hits) for (let at = hit.parentElement; at; at = at.parentElement) around.add(at);
    for (const section of sections) section.classList.toggle("without", Boolean(needle) && !around.has(section));
    const innermost = hits.filter((item) => !around.has(item));
    if (innermost.length <= OPENED) for (const item of innermost) openAround(item, "searched");
    show(innermost);
    output.textContent = needle ? String(innermost.length) : "";
    if (needle) say(innermost.length === 1 ? "1 match" : `${innermost.length} matches`);
  };
  const go = (step) => {
    if (!ranges.length) return;
    at = (at + step + ranges.length) % ranges.length;
    openAround(ranges[at].startContainer.parentElement, "searched");
    ranges[at].startContainer.parentElement.scrollIntoView({ block: "center" });
    output.textContent = `${at + 1} / ${ranges.length}`;
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(run, 120); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { input.value = ""; run(); input.blur(); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); if (at < 0) run(); go(1); });
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

// The timeline is one stop for the Tab key; within it the arrow keys go from cell to cell.
function timelines() {
  for (const timeline of all("[data-timeline]")) {
    const rows = all("tr", timeline).map((row) => all("a", row)).filter((row) => row.length);
    const columns = new Map(rows[0].map((cell, n) => [cell.hash, n]));
    const column = (cell) => columns.get(cell.hash);
    const cells = rows.flat();
    cells.forEach((cell, n) => { cell.tabIndex = n ? -1 : 0; });
    const peek = timeline.querySelector(".peek");
    const look = (cell) => {
      cells.forEach((other) => other.classList.toggle("is-at", other === cell));
      peek.replaceChildren(...told(cell));
    };
    const to = (cell) => {
      if (!cell) return;
      cells.forEach((other) => { other.tabIndex = other === cell ? 0 : -1; });
      cell.focus();
    };
    const nearest = (row, n) => row?.reduce((best, cell) =>
      Math.abs(column(cell) - n) < Math.abs(column(best) - n) ? cell : best);
    const moves = {
      ArrowRight: (row, n) => row[n + 1],
      ArrowLeft: (row, n) => row[n - 1],
      ArrowDown: (row, n) => nearest(rows[rows.indexOf(row) + 1], column(row[n])),
      ArrowUp: (row, n) => nearest(rows[rows.indexOf(row) - 1], column(row[n])),
      Home: (row) => row[0],
      End: (row) => row.at(-1),
    };
    timeline.addEventListener("keydown", (event) => {
      const cell = event.target.closest("table a");
      if (!cell || !moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const row = rows.find((each) => each.includes(cell));
      to(moves[event.key](row, row.indexOf(cell)));
    });
    for (const kind of ["focusin", "pointerover"]) {
      timeline.addEventListener(kind, (event) => {
        const cell = event.target.closest("table a");
        if (cell) look(cell);
      });
    }
  }
}
function told(cell) {
  const statement = document.getElementById(cell.hash.slice(1));
  const held = cell.closest("[data-mode]");
  const what = held && `${held.dataset.mode} on ${cell.closest("tr").querySelector("th").firstChild.data.trim()}`;
  const title = made("p", "", [what, cell.textContent.replace(/\s+/g, " ").trim()].filter(Boolean).join(" · "));
  const pre = statement.querySelector("pre").cloneNode(true);
  pre.tabIndex = 0;
  for (const marker of all("[data-n]", pre)) marker.remove();
  return [title, pre];
}

function diagram() {
  const canvas = document.querySelector(".canvas");
  if (!canvas) return;
  const svg = canvas.querySelector("svg");
  const whole = { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
  let scale = 1;
  const zoom = (wanted) => {
    scale = Math.min(2, Math.max(0.2, wanted));
    svg.setAttribute("width", whole.width * scale);
    svg.setAttribute("height", whole.height * scale);
  };
  const room = () => (canvas.clientWidth - 2) / whole.width;
  const zooms = { in: () => scale * 1.25, out: () => scale / 1.25, whole: () => 1, fit: () => Math.min(1, room()) };
  document.querySelector(".zoom").addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) zoom(zooms[button.dataset.zoom]());
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType !== "mouse") return;
    const from = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    const move = (moved) => canvas.scrollTo(from.x - moved.clientX, from.y - moved.clientY);
    canvas.classList.add("dragging");
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", () => {
      canvas.classList.remove("dragging");
      canvas.removeEventListener("pointermove", move);
    }, { once: true });
  });
  if (room() < 1) zoom(Math.max(room(), 0.7));
}

// A stop for the Tab key is what scrolls, not what might have to on a narrower screen.
function scrolling() {
  const boxes = all(".scroll");
  const mark = () => {
    const fits = boxes.map((box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight);
    boxes.forEach((box, n) => fits[n] ? box.removeAttribute("tabindex") : box.setAttribute("tabindex", "0"));
  };
  addEventListener("resize", mark);
  mark();
}

function contents() {
  const links = new Map(all(".contents a").map((link) => [link.hash.slice(1), link]));
  const sections = all("main > section[id]");
  const mark = () => {
    const passed = sections.filter((section) => section.getBoundingClientRect().top < 160);
    const current = passed.at(-1)?.id;
    for (const [id, link] of links) id === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  };
  let due = false;
  addEventListener("scroll", () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; mark(); });
  }, { passive: true });
  mark();
}

addEventListener("DOMContentLoaded", () => [theme, folds, copying, filters, search, timelines, diagram, scrolling, contents].forEach((start) => start()));
