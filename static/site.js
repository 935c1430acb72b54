// Help on top of pages that work without it. Every sentence comes from the page's attributes.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement;
  root.classList.add("js");
  const all = (selector, within = doc) => [...within.querySelectorAll(selector)];
  const on = (type, selector, act) => doc.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });
  window.site = { all, on };

  // Errors of a form: the summary gets the focus.
  doc.getElementById("errors")?.focus();

  // Copy, print, sort.
  on("click", "[data-copy-from]", async (button) => {
    const label = button.querySelector("span").firstChild, before = label.data;
    label.parentNode.setAttribute("aria-live", "polite");
    await navigator.clipboard.writeText(doc.getElementById(button.dataset.copyFrom).textContent.trim());
    label.data = button.dataset.copied;
    setTimeout(() => { label.data = before; }, 2000);
  });
  on("click", "[data-print]", () => print());
  on("change", "select[data-submit]", (select) => select.form.requestSubmit());

  // Suggestions below a search field: a combobox with a list, chosen by hand.
  const suggest = (box) => {
    const list = doc.createElement("div"), said = doc.createElement("p"), kept = new Map();
    let later, asking, at = -1;
    list.id = `${box.id}-list`;
    list.className = "drop";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.labels[0].textContent);
    said.className = "sr";
    said.setAttribute("role", "status");
    box.parentNode.append(list, said);
    const set = (name, value) => box.setAttribute(`aria-${name}`, value);
    const options = () => all("[role=option]", list);
    const open = (is) => {
      list.hidden = !is;
      set("expanded", is);
      if (!is) mark(-1);
    };
    const mark = (to) => {
      at = to;
      options().forEach((option, i) => option.setAttribute("aria-selected", i === at));
      if (at < 0) return box.removeAttribute("aria-activedescendant");
      set("activedescendant", options()[at].id);
      options()[at].scrollIntoView({ block: "nearest" });
    };
    const show = (html) => {
      list.innerHTML = html;
      const line = list.querySelector("[data-said]");
      line.remove();
      said.textContent = line.textContent;
      options().forEach((option, i) => { option.id = `${list.id}-${i}`; });
      open(options().length > 0);
    };
    const ask = async () => {
      asking?.abort();
      const own = asking = new AbortController(), typed = box.value.trim();
      // A single Chinese character is a word.
      if (typed.length < 2 && !/[\u3400-\u9fff]/.test(typed)) return open(false);
      try {
        if (!kept.has(typed)) {
          const answer = await fetch(`${box.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal: own.signal });
          if (!answer.ok) return;
          kept.set(typed, await answer.text());
        }
        if (!own.signal.aborted && box === doc.activeElement) show(kept.get(typed));
      } catch { /* typed on, or no connection: the search works without */ }
    };
    box.setAttribute("role", "combobox");
    set("autocomplete", "list");
    set("controls", list.id);
    open(false);
    box.addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(ask, 150);
    });
    box.addEventListener("keydown", (event) => {
      const number = options().length;
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        // From the field to the first or the last, and from there back to the field.
        else mark(event.key === "ArrowDown" ? (at + 2) % (number + 1) - 1 : (at + number + 1) % (number + 1) - 1);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        open(false);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        location.assign(options()[at].href);
      } else if (/^(Home|End|ArrowLeft|ArrowRight)$/.test(event.key)) mark(-1);
    });
    box.addEventListener("blur", () => open(false));
    list.addEventListener("mousedown", (event) => event.preventDefault());
  };
  all("[data-suggest]").forEach(suggest);

  // Lists: links and forms marked data-swap fetch their page, whose #browse takes the place of this
  // one. Whatever is unexpected goes the plain way.
  const part = () => doc.getElementById("browse"), plain = (url) => url.split("#")[0];
  let asking, here = plain(location.href);
  const sheet = doc.getElementById("sheet");
  const twin = (old) => old && all("#browse :is(a, input, select, button, summary), #sheet input").find((one) => (
    old.id ? one.id === old.id : old.name && ["name", "value", "type"].every((key) => one[key] === old[key])
  ));
  // Practices marked for comparing stay marked on other pages and under other filters.
  let marked = [];
  const count = (form) => {
    marked = new FormData(form).getAll("p");
    const label = form.querySelector("button").firstChild;
    label.data = label.data.replace(/ \(\d+\)$/, "") + (marked.length ? ` (${marked.length})` : "");
  };
  const carry = (form) => {
    for (const code of marked) {
      const box = all(".hit [name=p]").find((one) => one.value === code);
      if (box) box.checked = true;
      else form.append(Object.assign(doc.createElement("input"), { type: "hidden", name: "p", value: code }));
    }
    count(form);
  };
  on("change", ".hit [name=p]", (box) => count(box.form));
  const put = (next, page) => {
    const old = part(), above = sheet.open && sheet, focused = (above || old).contains(doc.activeElement) && doc.activeElement;
    for (const facet of all("details", above || old)) {
      const same = next.querySelector(`#${facet.querySelector("summary").id}`);
      if (same) same.parentNode.open = facet.open;
    }
    const form = next.querySelector("[data-filters]"), y = sheet.scrollTop;
    old.replaceWith(next);
    if (above && form) sheet.querySelector("form").replaceWith(form);
    else {
      sheet.querySelector("form")?.remove();
      sheet.close();
    }
    if (doc.forms.compare) carry(doc.forms.compare);
    sheet.scrollTop = y;
    doc.title = page.title;
    const again = twin(focused), heading = next.querySelector("h1");
    const said = above && form ? sheet.querySelector("[role=status]") : doc.getElementById("said");
    said.textContent = (doc.getElementById("summary") || heading).textContent;
    if (again) again.focus({ preventScroll: true });
    else if (above && form) sheet.querySelector("[data-shut]").focus();
    else {
      heading.focus({ preventScroll: true });
      next.scrollIntoView();
    }
  };
  const swap = async (url, { push = true, y } = {}) => {
    asking?.abort();
    const own = asking = new AbortController(), line = doc.getElementById("busy");
    line.hidden = false;
    try {
      const answer = await fetch(url, { signal: own.signal, cache: push ? "default" : "no-cache" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("browse");
      if (!answer.ok || !next) throw url;
      if (push) {
        history.replaceState({ y: scrollY }, "");
        history.pushState(null, "", next.dataset.address);
      }
      here = plain(location.href);
      for (const back of doc.getElementsByName("next")) back.value = location.pathname + location.search;
      put(next, page);
      if (y !== undefined) scrollTo(0, y);
      line.hidden = true;
    } catch {
      if (!own.signal.aborted) location.assign(url);
    }
  };
  on("click", "a[data-swap], [data-swap] a", (link, event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    swap(link.href);
  });
  on("submit", "form[data-swap]", (form, event) => {
    event.preventDefault();
    swap(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
  });
  on("change", "[data-filters]", (form) => form.requestSubmit());
  // On a phone the filters stand in a sheet above the list.
  on("click", ".filters > summary", (summary, event) => {
    event.preventDefault();
    sheet.append(summary.nextElementSibling);
    sheet.showModal();
  });
  on("click", "#sheet, [data-shut]", (found, event) => {
    if (event.target === sheet || found !== sheet) sheet.close();
  });
  sheet?.addEventListener("close", () => {
    const folded = doc.querySelector(".filters"), form = sheet.querySelector("form");
    if (folded && form) folded.append(form);
    folded?.querySelector("summary").focus();
  });
  addEventListener("popstate", (event) => {
    if (part() && plain(location.href) !== here) swap(location.href, { push: false, y: event.state?.y || 0 });
  });

  // That a result of a search was opened, and which: the first of each list.
  on("click", "[data-opened] .hit a", (link) => {
    const list = link.closest("[data-opened]"), to = list.dataset.opened;
    const place = all(".hit", list).indexOf(link.closest(".hit")) + 1 + Number(list.dataset.before);
    delete list.dataset.opened;
    navigator.sendBeacon(to, new URLSearchParams({ place }));
  });

  // Escape and a click elsewhere close menus.
  const menus = () => all(".lang[open], .pop[open], .menu[open]");
  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  doc.addEventListener("click", (event) => {
    for (const menu of menus()) menu.open = menu.contains(event.target);
  });
  // Older browsers do not unfold details by style on wide screens.
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
    for (const folded of all(".filters, .toc")) folded.open = true;
  }

  // Whoever signs out leaves nothing on the device.
  on("submit", "form[data-sign-out]", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
  });
})();
