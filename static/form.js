// Help with forms, after site.js.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, { all, on } = window.site;
  const touch = (box) => box.dispatchEvent(new Event("input", { bubbles: true }));

  // Words, counted as the server does.
  const words = (text) => {
    const chinese = text.match(/[\u4e00-\u9fff]/g)?.length || 0;
    const others = text.replace(/[\u4e00-\u9fff]/g, " ").match(/\S+/g)?.length || 0;
    return others + Math.ceil(chinese / 2);
  };
  const count = () => all("[data-most]").forEach((line) => {
    const box = doc.getElementById(line.dataset.for);
    if (!box) return;
    const n = words(box.value);
    line.textContent = line.dataset.text.replace("{n}", n).replace("{max}", line.dataset.most);
    line.classList.toggle("over", n > Number(line.dataset.most));
  });
  doc.addEventListener("input", count);
  count();

  // Rows.
  const rowsOf = (box) => all("[data-row]", box).filter((row) => !row.hidden);
  const changed = (box, key, row) => {
    rowsOf(box).forEach((each, i) => {
      each.querySelector("[data-row-number]").textContent = i + 1;
      each.querySelector("[data-row-order]").value = i + 1;
    });
    if (!key) return;
    const line = box.querySelector("[data-rows-said]");
    line.textContent = line.dataset[key].replace("{row}", row.querySelector("legend").textContent.trim());
    touch(box);
  };
  const addRow = (box) => {
    const total = box.querySelector("[data-rows-total]"), list = box.querySelector("[data-rows-list]");
    list.insertAdjacentHTML("beforeend", box.querySelector("template").innerHTML.replace(/__prefix__/g, total.value));
    total.value++;
    changed(box);
    return list.lastElementChild;
  };
  on("click", "[data-add]", (button, event) => {
    event.preventDefault();
    const box = button.closest("[data-rows]"), row = addRow(box);
    changed(box, "added", row);
    row.querySelector("input:not([type=hidden]), textarea, select").focus();
  });
  on("click", "[data-remove]", (button) => {
    const box = button.closest("[data-rows]"), row = button.closest("[data-row]");
    row.querySelector("[data-row-delete]").checked = true;
    row.hidden = true;
    changed(box, "removed", row);
    box.querySelector("[data-add]").focus();
  });
  on("click", "[data-move]", (button) => {
    const box = button.closest("[data-rows]"), row = button.closest("[data-row]");
    const rows = rowsOf(box), up = button.dataset.move === "up";
    const other = rows[rows.indexOf(row) + (up ? -1 : 1)];
    if (!other) return;
    if (up) other.before(row); else other.after(row);
    changed(box, "moved", row);
    button.focus();
  });

  // Autosave. What the server lacks stays on this device under address and part, and is offered back.
  const typed = (form) => [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "lock", "was", "unanswered"].includes(name));
  const fill = (form, list) => {
    for (const box of all("[data-rows]", form)) {
      const total = box.querySelector("[data-rows-total]");
      const wanted = list.find(([name]) => name === total.name)?.[1] || 0;
      while (Number(total.value) < wanted) addRow(box);
    }
    for (const input of form.elements) {
      const values = list.filter(([name]) => name === input.name).map(([, value]) => value);
      if (/checkbox|radio/.test(input.type)) input.checked = values.includes(input.value);
      else if (input.multiple) for (const one of input.options) one.selected = values.includes(one.value);
      else if (values.length && input.type !== "hidden") input.value = values[0];
    }
    for (const row of all("[data-row]", form)) row.hidden = row.querySelector("[data-row-delete]").checked;
  };
  // After signing in again elsewhere the form's token is old; the page itself has the new one.
  const renew = async () => {
    const page = await fetch(location.href, { redirect: "manual" });
    const token = page.ok && (await page.text()).match(/name="csrfmiddlewaretoken" value="(\w+)"/)?.[1];
    if (token) for (const input of doc.getElementsByName("csrfmiddlewaretoken")) input.value = token;
    return token;
  };
  const signIn = (line, said) => {
    line.textContent = said.signin;
    line.append(" ", Object.assign(doc.createElement("a"), { href: said.signinUrl, target: "_blank", textContent: said.signinLink }));
  };
  const autosave = (form) => {
    const key = ["draft:" + form.dataset.autosave, form.part?.value].join(" ").trim(), line = doc.querySelector("[data-save-line]"), said = line.dataset;
    let timer, held, busy = false, dirty = false, shut = false;
    // What was sent and may have arrived: the server then knows its own last save again.
    let unanswered = [];

    const show = (text, url, label) => {
      const span = line.querySelector("span");
      span.textContent = text;
      if (url) span.append(" ", Object.assign(doc.createElement("a"), { href: url, target: "_blank", textContent: label }));
    };
    const keep = (sent) => {
      try {
        localStorage.setItem(key, JSON.stringify({ sent, lock: form.lock?.value, fields: typed(form) }));
      } catch { /* no space on the device: the server's copy is all there is */ }
    };
    const send = () => {
      const body = new FormData(form);
      unanswered.forEach((text) => body.append("unanswered", text));
      return fetch(form.dataset.autosave, {
        method: "POST", body, redirect: "manual",
        headers: { "X-CSRFToken": form.csrfmiddlewaretoken.value, Accept: "application/json" },
      });
    };
    const answered = async (answer) => {
      const told = await answer.json().catch(() => ({}));
      const signedOut = answer.type === "opaqueredirect" || answer.status === 401 || (answer.status === 403 && !told.message);
      shut = signedOut || answer.status === 409;
      if (signedOut) {
        signIn(line.querySelector("span"), said);
      } else if (answer.ok) {
        if (told.lock !== undefined && form.lock) form.lock.value = told.lock;
        if (told.was && form.was) form.was.value = told.was;
        unanswered = [];
        if (!dirty) localStorage.removeItem(key);
        const time = new Date(told.saved_at || Date.now()).toLocaleTimeString(root.lang + "-u-nu-latn", { hour: "2-digit", minute: "2-digit" });
        show(told.message || said.saved.replace("{time}", time));
        likely();
      } else if (shut) {
        show(told.message || said.stale, told.url || form.action, said.staleLink);
      } else {
        show(told.message || said.failed);
      }
    };
    // What is published and much like it, whenever the saved title or summary is another one.
    const near = doc.querySelector("[data-similar]");
    let looked = "";
    const likely = async () => {
      const now = ["title", "summary", "statement"].map((name) => form.elements[name]?.value || "").join("\n");
      if (!near || now === looked || now.trim().length < 12) return;
      looked = now;
      const answer = await fetch(near.dataset.similar, { redirect: "manual" }).catch(() => null);
      const html = answer?.ok && (await answer.text()).trim();
      if (typeof html === "string" && html !== near.innerHTML.trim()) near.innerHTML = html;
    };
    const save = async () => {
      clearTimeout(timer);
      if (busy) return wait(500);
      busy = true;
      dirty = false;
      keep(false);
      const sent = new URLSearchParams(typed(form)).toString();
      try {
        let answer = await send();
        if (answer.status === 403 && await renew()) answer = await send();
        await answered(answer);
        if (answer.status >= 500) unanswered = [...unanswered, sent].slice(-3);
      } catch {
        dirty = true;
        unanswered = [...unanswered, sent].slice(-3);
        show(said.offline);
        wait(15000);
      }
      busy = false;
      if (held) form.requestSubmit(held.button);
    };
    const wait = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    };
    form.addEventListener("input", () => {
      dirty = true;
      wait(1500);
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      // A save under way changes the draft's number: the form goes after it, with the new one.
      if (busy) {
        event.preventDefault();
        held = { button: event.submitter };
        return;
      }
      dirty = false;
      keep(true);
      for (const value of unanswered) form.append(Object.assign(doc.createElement("input"), { type: "hidden", name: "unanswered", value }));
    });
    addEventListener("online", () => dirty && save());
    doc.addEventListener("visibilitychange", () => (doc.hidden ? dirty : shut) && save());

    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (!kept) return;
    const arrived = kept.sent && Number(form.lock?.value) > Number(kept.lock);
    if (arrived || JSON.stringify(kept.fields) === JSON.stringify(typed(form))) {
      localStorage.removeItem(key);
      return;
    }
    const offer = doc.querySelector("[data-restore]");
    offer.hidden = false;
    on("click", "[data-restore-no]", () => {
      localStorage.removeItem(key);
      offer.hidden = true;
    });
    on("click", "[data-restore-yes]", () => {
      fill(form, kept.fields);
      offer.hidden = true;
      touch(form);
    });
  };
  all("form[data-autosave]").forEach(autosave);

  // A choice between two texts counts for the copy on this device, too, once it has arrived.
  on("submit", "form[data-settles]", (form) => {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith("draft:" + form.dataset.settles)) continue;
      const kept = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...kept, sent: true, lock: form.lock.value }));
    }
  });

  // Below a line of tags: what fits the word being typed. A chosen tag replaces that word.
  let later, asking;
  on("input", "[data-offers]", (line) => {
    clearTimeout(later);
    later = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const url = `${line.dataset.offers}?${new URLSearchParams({ tags: line.value })}`;
      try {
        const answer = await fetch(url, { signal: asking.signal });
        line.nextElementSibling.innerHTML = answer.ok ? await answer.text() : "";
      } catch { /* typed on, or no connection: the line works without offers */ }
    }, 200);
  });
  on("click", "[data-offer]", (tag) => {
    const line = tag.parentNode.previousElementSibling;
    line.value = line.value.replace(/[^,;،؛，、；]*$/, ` ${tag.dataset.offer}, `).trimStart();
    line.focus();
    touch(line);
  });

  // A file goes out with its progress; a bad line is tried again, and nothing is typed twice: what
  // was said of the file stays on this device until it has arrived.
  const uploadKey = "upload:" + location.pathname;
  on("input", "form[data-upload]", (form) => {
    try {
      localStorage.setItem(uploadKey, JSON.stringify(typed(form).filter(([, value]) => typeof value === "string")));
    } catch { /* no space on the device */ }
  });
  all("form[data-upload]").forEach((form) => {
    const kept = JSON.parse(localStorage.getItem(uploadKey) || "null");
    if (kept && !form.elements.title.value && !form.querySelector(".bad")) fill(form, kept);
  });
  on("submit", "form[data-upload]", (form, event) => {
    event.preventDefault();
    const said = form.dataset, line = form.querySelector("[data-upload-said]");
    const button = form.querySelector("[type=submit]"), pauses = [2000, 5000, 10000];
    let renewed = false;
    const stop = () => { button.disabled = false; };
    const send = () => {
      const request = new XMLHttpRequest();
      button.disabled = true;
      request.upload.onprogress = (at) => {
        if (at.lengthComputable) line.textContent = said.sending.replace("{n}", Math.floor(at.loaded / at.total * 100));
      };
      request.onload = async () => {
        if (request.status === 204) {
          localStorage.removeItem(uploadKey);
          return location.assign(request.getResponseHeader("Location"));
        }
        if (request.status === 401) {
          signIn(line, said);
          return stop();
        }
        if (request.status === 403 && !renewed && (renewed = await renew().catch(() => null))) return send();
        if (new URL(request.responseURL).pathname !== location.pathname) return location.assign(request.responseURL);
        const answer = new DOMParser().parseFromString(request.responseText, "text/html");
        const again = answer.querySelector("form[data-upload]");
        if (!again) { // a server or proxy in trouble: what was typed stays
          line.textContent = said.failed;
          return stop();
        }
        again.querySelector("[type=file]").replaceWith(form.querySelector("[type=file]"));
        form.replaceWith(again);
        again.querySelector(".bad input, .bad select")?.focus();
      };
      request.onerror = () => {
        if (pauses.length) {
          line.textContent = said.again;
          setTimeout(send, pauses.shift());
        } else {
          line.textContent = said.failed;
          stop();
        }
      };
      request.open("POST", location.pathname);
      request.setRequestHeader("X-Upload", "1");
      request.send(new FormData(form));
    };
    send();
  });
})();
