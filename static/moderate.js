/* Another point without leaving the page; without this script the button asks the server. */
"use strict";
addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-point]");
  if (!button) return;
  const box = button.closest("[data-points]"), total = box.querySelector("[name$=TOTAL_FORMS]");
  event.preventDefault();
  const row = box.querySelector("template").innerHTML.replace(/__prefix__/g, total.value++);
  button.parentElement.insertAdjacentHTML("beforebegin", row);
  button.parentElement.previousElementSibling.querySelector("select").focus();
});
