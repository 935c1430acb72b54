// The page of a submission: says each minute that it is open, shows who else has it open.
(() => {
  const box = document.querySelector("[data-look]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (!box || !token) return;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(box.dataset.look, { method: "POST", headers: { "X-CSRFToken": token.value } });
      if (!answer.ok || answer.redirected) return;
      const lines = (await answer.text()).trim();
      if (lines !== box.innerHTML.trim()) box.innerHTML = lines;
    } catch { /* No connection: the lines stay as they are. */ }
  }, 60000);
})();
