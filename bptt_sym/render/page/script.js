"use strict";
(() => {
  const root = document.documentElement;
  const find = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const said = document.getElementById("said");
  const panel = document.getElementById("defined");
  const definitions = JSON.parse(document.getElementById("definitions").textContent);
  root.classList.add("script");
  if (matchMedia("(max-width: 64rem)").matches) find("nav details").forEach(part => { part.open = false; });

  // Folds: a line's reason behind its button, all of them behind one.
  const fold = (button, open) => {
    button.setAttribute("aria-expanded", open);
    button.closest(".line").classList.toggle("unfolded", open);
  };
  const folds = find(".fold");
  folds.forEach(button => fold(button, false));
  const press = (button, on) => button.setAttribute("aria-pressed", on);
  const pressed = button => button.getAttribute("aria-pressed") === "true";
  const switched = (id, change) => {
    const button = document.getElementById(id);
    if (button) button.addEventListener("click", () => { press(button, !pressed(button)); change(pressed(button)); });
  };
  switched("folds", on => folds.forEach(button => fold(button, on)));
  switched("strokes", on => {
    root.classList.toggle("unstruck", !on);
    find(".strokes").forEach(button => { press(button, on); button.closest(".line").classList.remove("plain"); });
  });

  switched("problems", on => root.classList.toggle("only-problems", on));

  // Copies: by the clipboard where the browser gives it to a page from a file, else by a selection.
  const select = text => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copy = async button => {
    const text = button.closest("[data-tex]").dataset.tex;
    let done;
    try { await navigator.clipboard.writeText(text); done = true; } catch { done = select(text); }
    said.textContent = done ? "copied" : "this browser doesn't let the page copy";
    const word = button.textContent;
    button.textContent = done ? "copied" : "can't copy";
    button.focus();
    setTimeout(() => { button.textContent = word; }, 1200);
  };
  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".fold")) fold(button, button.getAttribute("aria-expanded") !== "true");
    if (button.matches(".copy") && !button.disabled) copy(button);
    if (button.matches(".strokes")) {
      press(button, !pressed(button));
      button.closest(".line").classList.toggle("plain", !pressed(button));
      if (pressed(button)) root.classList.remove("unstruck");
    }
  });

  // Symbols: what is pointed at, its other occurrences, and what defines its letter.
  const places = new Map();
  find("[data-s]").forEach(place => {
    const letter = place.dataset.s.split(".")[0];
    if (!places.has(letter)) places.set(letter, []);
    places.get(letter).push(place);
  });
  let shown = null, marked = [];
  const define = (place, letter) => {
    const line = document.getElementById(definitions[letter]);
    const others = places.get(letter).length;
    panel.replaceChildren();
    const says = document.createElement("span");
    says.className = "says";
    const math = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
    math.append(place.cloneNode(true));
    says.append(math, ` — ${others} occurrence${others === 1 ? "" : "s"}; ` +
      (line ? "defined by" : "no line defines it: it is given"));
    panel.append(says);
    if (line) {
      const formulas = find(".left math, .relation math, .right math, .fraction", line);
      panel.append(...formulas.filter(part => !part.parentElement.closest(".fraction, .after, .below")).map(part => part.cloneNode(true)));
      const link = document.createElement("a");
      link.href = `#${line.id}`;
      link.textContent = "go there";
      panel.append(link);
    }
    find(".same, .this", panel).forEach(part => part.classList.remove("same", "this"));
    panel.hidden = false;
  };
  const show = place => {
    if (place === shown) return;
    marked.forEach(part => part.classList.remove("same", "this"));
    marked = [];
    shown = place;
    if (!place) { panel.hidden = true; return; }
    const [letter] = place.dataset.s.split(".");
    marked = places.get(letter) || [];
    marked.forEach(part => part.classList.add(part.dataset.s === place.dataset.s ? "this" : "same"));
    define(place, letter);
  };
  let leaving;
  const main = document.querySelector("main");
  main.addEventListener("pointerover", event => {
    const place = event.target.closest("[data-s]");
    clearTimeout(leaving);
    if (place) show(place); else leaving = setTimeout(() => show(null), 400);
  });
  panel.addEventListener("pointerover", () => clearTimeout(leaving));
  main.addEventListener("click", event => {
    if (!event.target.closest("[data-s], button")) show(null);
  });
  main.addEventListener("keydown", event => {
    const right = event.target.closest(".right");
    if (!right || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const line = find("[data-s]", right.closest(".line"));
    if (!line.length) return;
    const at = line.indexOf(shown), step = event.key === "ArrowRight" ? 1 : -1;
    const place = line[at < 0 ? (step > 0 ? 0 : line.length - 1) : Math.min(Math.max(at + step, 0), line.length - 1)];
    show(place);
    place.scrollIntoView({ block: "nearest", inline: "nearest" });
    event.preventDefault();
  });
  document.addEventListener("focusout", event => {
    if (event.target.closest(".right") && !panel.contains(event.relatedTarget)) show(null);
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") show(null); });

  // Contents: where the reader is.
  const links = new Map(find("nav a").map(link => [link.getAttribute("href").slice(1), link]));
  const headings = [...links.keys()].map(id => document.getElementById(id)).filter(Boolean);
  const seen = new IntersectionObserver(() => {
    const above = headings.filter(heading => heading.getBoundingClientRect().top < innerHeight / 3);
    links.forEach(link => link.classList.remove("here"));
    const here = above.length && links.get(above[above.length - 1].id);
    if (here) here.classList.add("here");
  }, { rootMargin: "0px 0px -60% 0px" });
  headings.forEach(heading => seen.observe(heading));

  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target) for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
