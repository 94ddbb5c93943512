// What the pages do beyond links and forms: stay live, show ages that move, answer keys. All of them work without it.
"use strict";
(() => {
  const root = document.documentElement;
  const button = (act) => document.querySelector(`[data-act="${act}"]`);
  const status = document.querySelector("[data-status]");
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* not remembered */ } };

  // --- live updates: paused by the button, on a hidden tab, and while text is selected or a form is being filled in
  let paused = stored("kodus-paused") === "yes";
  const isBusy = () => document.hidden || paused || !!document.querySelector("#live form :focus, #live details[open], [data-still]:hover, [data-still]:focus-within, dialog[open]")
    || (!document.getSelection().isCollapsed && document.getElementById("live").contains(document.getSelection().anchorNode));
  const showPaused = () => {
    const live = button("live");
    live.setAttribute("aria-pressed", String(!paused));
    live.querySelector("[data-says]").textContent = paused ? "Paused" : "Live";
  };
  const say = (text) => { if (status.textContent !== text) status.textContent = text; };

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.request.method !== "GET" || !["live", "dot"].includes(ctx.sourceElement.id)) return;
    if (isBusy()) event.preventDefault();
  });
  document.addEventListener("htmx:config:request", (event) => {
    const { etag } = event.detail.ctx.sourceElement.dataset;
    if (etag) event.detail.ctx.request.headers["If-None-Match"] = etag;
  });
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (!["live", "dot"].includes(ctx.sourceElement.id)) return;
    if (ctx.response.raw.redirected || ctx.response.status === 401) { event.preventDefault(); location.reload(); return; }
    if (ctx.response.status >= 400) { event.preventDefault(); say(`The server answered ${ctx.response.status}; what you see may be old.`); return; }
    const etag = ctx.response.headers.get("ETag");
    if (etag) ctx.sourceElement.dataset.etag = etag;
    say("");
  });
  document.addEventListener("htmx:error", () => say("The server cannot be reached; what you see may be old."));
  document.addEventListener("htmx:after:swap", () => tick());

  // --- ages that move: the same words as monitoring/pages/words.py
  const UNITS = [[86400, "d", 3600, "h"], [3600, "h", 60, "m"], [60, "m", 1, "s"]];
  const age = (seconds) => {
    const whole = Math.max(0, Math.trunc(seconds));
    for (const [size, unit, smaller, name] of UNITS) {
      if (whole < size) continue;
      const rest = Math.trunc((whole % size) / smaller);
      return rest ? `${Math.trunc(whole / size)} ${unit} ${rest} ${name}` : `${Math.trunc(whole / size)} ${unit}`;
    }
    return `${whole} s`;
  };
  const told = (at, style) => {
    const seconds = (Date.now() - at) / 1000;
    if (style === "age") return age(seconds);
    return style === "until" && seconds < 0 ? `in ${age(-seconds)}` : `${age(seconds)} ago`;
  };
  const tick = () => {
    if (document.hidden || paused) return;
    for (const time of document.querySelectorAll("time[data-style]")) {
      const text = told(Date.parse(time.dateTime), time.dataset.style);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(tick, 1000);

  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // --- buttons
  const acts = {
    live() { paused = !paused; store("kodus-paused", paused ? "yes" : "no"); showPaused(); tick(); },
    theme() {
      const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
      root.dataset.theme = dark ? "light" : "dark";
      store("kodus-theme", root.dataset.theme);
    },
    keys() { document.getElementById("keys").showModal(); },
  };
  for (const act of Object.keys(acts)) button(act).addEventListener("click", acts[act]);
  showPaused();

  // --- keys: none while something is typed, none with a modifier, and none at all when switched off (WCAG 2.1.4)
  const switched = button("shortcuts");
  switched.checked = stored("kodus-shortcuts") !== "off";
  switched.addEventListener("change", () => store("kodus-shortcuts", switched.checked ? "on" : "off"));
  let going = 0;
  const go = (key) => document.querySelector(`nav [data-key="${CSS.escape(key)}"]`)?.click();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !switched.checked) return;
    if (Date.now() - going < 1500) { going = 0; go(event.key); return; }
    const act = { g() { going = Date.now(); }, p: acts.live, t: acts.theme, "?": acts.keys, "/"() { document.querySelector("[data-search]")?.focus(); } }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
