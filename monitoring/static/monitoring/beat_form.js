// Says in words, beside the field, when the chosen crontab runs. Beat's own form does this inline.
"use strict";
const readable = JSON.parse(document.getElementById("readable-crontabs").textContent);
const chosen = document.getElementById("id_crontab");
const help = document.querySelector(".field-crontab .help");
document.querySelector(".field-crontab_translation")?.setAttribute("hidden", "");
if (chosen && help) {
  const before = help.textContent;
  chosen.addEventListener("change", () => {
    const words = readable[chosen.value];
    help.textContent = words ? `${before} Translation: ${words}` : before;
  });
}
