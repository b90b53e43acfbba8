// Everything works without this file; it only makes some of it nicer.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Moments in the reader's own zone, the exact one on hover.
  const isKnown = (it) => { try { return Intl.DateTimeFormat.supportedLocalesOf(it).length > 0; } catch { return false; } };
  const language = navigator.languages?.find((it) => it.split("-")[0] === root.lang && isKnown(it)) ?? root.lang;
  const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const days = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  for (const time of all("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    if ("day" in time.dataset) {
      time.textContent = (time.closest(".days") ? short : days).format(moment);
      continue;
    }
    const here = local.format(moment);
    time.title = "utc" in time.dataset ? here : `${time.textContent} (${time.dateTime})`;
    if (!("utc" in time.dataset)) time.textContent = here;
  }

  // Copy buttons.
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        say(button, "Copied");
      } catch {
        say(button, "Not copied");
      }
    });
  }
  function say(button, word) {
    const before = button.dataset.before ??= button.textContent;
    const status = document.createElement("span");
    status.className = "hidden";
    status.setAttribute("role", "status");
    button.after(status);
    requestAnimationFrame(() => { status.textContent = word; });
    button.textContent = word;
    setTimeout(() => { button.textContent = before; status.remove(); }, 2000);
  }

  // Passwords can be looked at.
  for (const input of all("input[type=password]")) revealable(input);
  function revealable(input) {
    const box = document.createElement("div");
    const button = document.createElement("button");
    box.className = "secret";
    button.className = "button";
    button.type = "button";
    button.textContent = "Show";
    button.setAttribute("aria-label", "Show password");
    input.replaceWith(box);
    box.append(input, button);
    button.addEventListener("click", () => {
      const hidden = input.type === "text";
      input.type = hidden ? "password" : "text";
      button.textContent = hidden ? "Show" : "Hide";
      button.setAttribute("aria-label", `${button.textContent} password`);
    });
    input.form?.addEventListener("submit", () => { input.type = "password"; });
  }

  // Ask in a dialog what the linked page would ask.
  let asking = false;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(link.href, { headers: { accept: "text/html" } });
      // To the form for logging in, which says why.
      if (answer.redirected) return location.assign(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const question = page.getElementById("confirm");
      if (!answer.ok || !question) throw new Error("no question");
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-labelledby", "confirm-title");
      dialog.setAttribute("aria-describedby", "confirm-text");
      fill(dialog, question);
      dialog.addEventListener("submit", (event) => answerInside(event, dialog));
      dialog.addEventListener("click", (inside) => {
        if (inside.target !== dialog && !inside.target.closest("[data-close]")) return;
        inside.preventDefault();
        dialog.close();
      });
      dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
      document.body.append(dialog);
      dialog.showModal();
      (dialog.querySelector(":checked") ?? dialog.querySelector("input:not(.hidden, [type=hidden])"))?.focus();
    } catch {
      location.href = link.href;
    } finally {
      asking = false;
    }
  });

  function fill(dialog, question) {
    dialog.replaceChildren(document.adoptNode(question));
    // The page has its heading already.
    const [title] = all("h1", dialog);
    const heading = document.createElement("h2");
    heading.id = title.id;
    heading.append(...title.childNodes);
    title.replaceWith(heading);
    all("input[type=password]", dialog).forEach(revealable);
  }
  // What is wrong is told in the dialog.
  async function answerInside(event, dialog) {
    const form = event.target;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form));
      // The page that it leads to is not asked for twice: it says once what was done.
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { accept: "text/html" } });
      if (answer.type === "opaqueredirect") return location.assign(form.dataset.done);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const question = page.getElementById("confirm");
      if (question) fill(dialog, question);
      else tell(form, page);
      dialog.querySelector("#problem").focus();
    } catch {
      form.submit();
    }
  }
  function tell(form, page) {
    const problem = document.createElement("div");
    problem.id = "problem";
    problem.className = "note bad";
    problem.tabIndex = -1;
    problem.setAttribute("role", "alert");
    problem.textContent = page.querySelector(".card header p:last-child").textContent;
    form.querySelector("#problem")?.remove();
    form.querySelector(".row:last-child").before(problem);
    form.removeAttribute("aria-busy");
  }

  // What was sent is not sent twice, and it shows that something is under way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("aria-busy")) return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    // Whoever stopped it may try again.
    setTimeout(() => form.removeAttribute("aria-busy"), 10_000);
  });
  addEventListener("pageshow", () => {
    for (const form of all("form[aria-busy]")) form.removeAttribute("aria-busy");
  });

  // The switcher opens in place what its link leads to.
  const switcher = document.querySelector(".switcher");
  const opener = switcher?.querySelector("a[data-popover]");
  let asked = 0;
  const choices = () => document.getElementById("choices");
  const isOpen = () => switcher?.contains(choices());
  if (opener) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || choices() && !isOpen()) return;
      event.preventDefault();
      if (isOpen()) return close();
      try {
        const list = await choicesAt(opener.href);
        if (!list || isOpen()) return;
        switcher.append(list);
        opener.setAttribute("aria-expanded", "true");
        stops()[0].focus();
      } catch {
        location.href = opener.href;
      }
    });
    switcher.addEventListener("keydown", moveAmongChoices);
    switcher.addEventListener("input", ({ target }) => narrow(target.value));
    // The list is narrowed while one types.
    switcher.addEventListener("submit", (event) => {
      if (event.target.method !== "get") return;
      event.preventDefault();
      event.stopPropagation();
      stops().find((it) => it.matches("li button"))?.focus();
    });
  }
  function close() {
    asked += 1;
    if (isOpen()) choices().remove();
    opener?.setAttribute("aria-expanded", "false");
  }
  // What the page of this address has to choose from, to lead back here; nothing where another was asked meanwhile.
  async function choicesAt(address) {
    const turn = asked += 1;
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (turn !== asked) return null;
    if (answer.redirected) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.getElementById("choices");
    if (!answer.ok || !list) throw new Error("no choices");
    list.querySelector("[name=next]").value = location.pathname + location.search;
    return document.adoptNode(list);
  }
  const stops = () => all("input[type=search], li button, a", choices()).filter((it) => it.checkVisibility());
  function moveAmongChoices(event) {
    if (event.key === " " && event.target === opener) {
      event.preventDefault();
      opener.click();
    }
    if (!isOpen()) return;
    const [to, at] = [stops(), stops().indexOf(document.activeElement)];
    const isTyping = document.activeElement.matches("input");
    const next = { ArrowDown: (at + 1) % to.length, ArrowUp: at > 0 ? at - 1 : to.length - 1, Home: isTyping ? null : 0, End: isTyping ? null : to.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      close();
      opener.focus();
    } else if (next != null) {
      event.preventDefault();
      to[next].focus();
    }
  }
  // Of what is there at once; the server is asked for what is not.
  let waiting;
  function narrow(text) {
    clearTimeout(waiting);
    // What was asked for before is not wanted any more.
    asked += 1;
    const wanted = text.trim().toLowerCase();
    for (const row of all("form[method=post] li", choices())) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    if (!("more" in choices().dataset)) return;
    waiting = setTimeout(async () => {
      const found = await choicesAt(`${opener.href}?${new URLSearchParams({ q: text.trim() })}`).catch(() => null);
      if (!found || !isOpen()) return;
      const [before, rows] = [choices(), found].map((it) => it.querySelector("form[method=post]"));
      const at = before.contains(document.activeElement) ? document.activeElement.value : null;
      before.replaceWith(rows);
      if (at !== null) (all("li button", rows).find((it) => it.value === at) ?? stops()[0]).focus();
    }, 200);
  }

  // The theme shows as soon as it is chosen.
  for (const radio of all("input[name=theme]")) {
    radio.addEventListener("change", () => { root.dataset.theme = radio.value; });
  }

  // After a small change the reader is where they were.
  const place = "dashboard.place";
  try {
    const kept = JSON.parse(sessionStorage.getItem(place));
    sessionStorage.removeItem(place);
    if (kept?.path === location.pathname) {
      scrollTo(0, kept.top);
      document.querySelector(".shell main > .note")?.classList.add("afloat");
    }
    document.addEventListener("submit", ({ target }) => {
      if (!("stay" in target.dataset)) return;
      sessionStorage.setItem(place, JSON.stringify({ path: location.pathname, top: scrollY }));
    });
  } catch { /* storage may be switched off */ }

  // Whoever sent a form and comes back to it finds a page, and sends nothing twice.
  const answered = document.querySelector("[data-address], #problem");
  document.addEventListener("submit", () => {
    if (answered) history.replaceState(null, "", answered.dataset.address ?? location.href);
  });

  // What went wrong is told first; what went well is told, too.
  document.getElementById("problem")?.focus();
  for (const status of all(".note[role=status] > div")) {
    const text = status.textContent;
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = text; });
  }

  // Menus close when the focus leaves them; that of the user by a click elsewhere and by Escape, too.
  const who = document.querySelector(".who");
  const menu = document.getElementById("menu");
  const leaves = (box, to) => to && !box.contains(to) && !to.matches("[popovertarget]");
  switcher?.addEventListener("focusout", ({ relatedTarget: to }) => { if (leaves(switcher, to)) close(); });
  who?.addEventListener("focusout", ({ relatedTarget: to }) => { if (leaves(who, to)) who.open = false; });
  menu?.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (leaves(menu, to) && menu.matches(":popover-open")) menu.hidePopover();
  });
  document.addEventListener("click", ({ target }) => {
    if (who?.open && !who.contains(target)) who.open = false;
    if (isOpen() && !switcher.contains(target)) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !who?.open) return;
    who.open = false;
    who.firstElementChild.focus();
  });
})();
