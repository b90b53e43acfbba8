// Has the browser ask for a passkey, and sends what it answered with the form. Forms of passkeys work with this file alone.
(() => {
  "use strict";
  const forms = [...document.querySelectorAll("form[data-passkey]")];
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (it) => it.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => list?.map((it) => ({ ...it, id: bytes(it.id) }));

  // From the JSON forms of WebAuthn Level 3 and to them: browsers learned that late, and what stands in for them did not.
  function options(json) {
    const it = { ...json, challenge: bytes(json.challenge) };
    if (json.user) it.user = { ...json.user, id: bytes(json.user.id) };
    if (json.allowCredentials) it.allowCredentials = named(json.allowCredentials);
    if (json.excludeCredentials) it.excludeCredentials = named(json.excludeCredentials);
    return it;
  }
  function answer({ id, rawId, type, response: it }) {
    const response = { clientDataJSON: text(it.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (it[part]) response[part] = text(it[part]);
    }
    if (it.getTransports) response.transports = it.getTransports();
    return JSON.stringify({ id, rawId: text(rawId), type, response });
  }

  async function wanted(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const password = form.elements.password;
    const body = new URLSearchParams(password ? { password: password.value } : {});
    const told = await fetch(form.dataset.ask, { method: "POST", headers: { accept: "application/json" }, body });
    // To the form for logging in, or for proving who one is, which says why.
    if (told.redirected) { location.assign(told.url); throw new DOMException("leaving", "AbortError"); }
    if (!told.ok) throw await told.json().catch(() => new Error(`${told.status}`));
    return told.json();
  }

  // Of two that ask at once, the browser answers none.
  let asked = new AbortController();
  async function ask(form, more = {}) {
    const publicKey = options(await wanted(form));
    asked.abort();
    asked = new AbortController();
    const made = await navigator.credentials[form.dataset.passkey]({ publicKey, signal: asked.signal, ...more });
    form.elements[form.dataset.passkey === "create" ? "registration" : "assertion"].value = answer(made);
    const trust = form.querySelector("[type=hidden][name=trust_device]");
    if (trust && document.getElementById("trust_device")?.checked) trust.value = "true";
    form.submit();
  }

  const words = {
    AbortError: "",
    NotAllowedError: "No passkey was chosen. Try again, or go on another way.",
    InvalidStateError: "This device has a passkey of your account already.",
    SecurityError: "Passkeys can’t be used at this address.",
  };
  function tell(form, error) {
    const problem = form.querySelector("[role=alert]");
    problem.textContent = error.detail ?? words[error.name] ?? "That did not work. Try again, or go on another way.";
    problem.hidden = !problem.textContent;
    form.removeAttribute("aria-busy");
  }

  for (const it of document.querySelectorAll("[data-needs-script]")) it.hidden = true;
  for (const form of forms) {
    form.hidden = false;
    for (const it of form.querySelectorAll("button[disabled]")) it.disabled = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.hasAttribute("aria-busy")) return;
      if (form.elements.name && !form.elements.name.value.trim()) return form.submit();
      clearInterval(again);
      ask(form).catch((error) => { tell(form, error); offer(); });
    });
  }

  // The field for the address offers passkeys by itself, with a new challenge before the one before is worth nothing.
  const waiting = forms.find((form) => "waits" in form.dataset);
  let again;
  async function offer() {
    if (!waiting || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
    const quietly = () => ask(waiting, { mediation: "conditional" }).catch(() => {});
    clearInterval(again);
    again = setInterval(quietly, 4 * 60_000);
    quietly();
  }
  offer();
})();
