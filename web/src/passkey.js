// Passkeys: shows the forms where this browser knows them, asks it for a key, and sends its answer as a plain form.

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** The options of the server, their bytes as the browser wants them. */
function readOptions(options) {
  const list = (items) => (items ?? []).map((item) => ({ ...item, id: toBytes(item.id) }));
  const read = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = list(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = list(options.allowCredentials);
  return read;
}

/** The browser's answer as text. */
function writeAnswer(credential) {
  const { response } = credential;
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const written = Object.fromEntries(parts.filter((name) => response[name]).map((name) => [name, toText(response[name])]));
  const id = toText(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response: written, clientExtensionResults: {} });
}

async function ask(form) {
  const token = new URLSearchParams({ _csrf: form.elements._csrf.value });
  const answer = await fetch(form.dataset.options, { method: 'POST', body: token });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  const publicKey = readOptions(await answer.json());
  const isNew = form.dataset.passkey === 'make';
  return navigator.credentials[isNew ? 'create' : 'get']({ publicKey });
}

function prepare(form) {
  const refused = form.querySelector('[data-refused]');
  let isBusy = false;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    refused.hidden = true;
    try {
      form.elements.answer.value = writeAnswer(await ask(form));
      form.submit();
    } catch {
      refused.hidden = false;
    } finally {
      isBusy = false;
    }
  });
}

if (window.PublicKeyCredential) document.querySelectorAll('form[data-passkey]').forEach(prepare);
