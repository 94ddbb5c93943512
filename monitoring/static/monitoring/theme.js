// Before the first paint: the chosen theme, and that scripts run, so that what needs them is shown.
"use strict";
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("kodus-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* storage is off: the system's theme holds */ }
