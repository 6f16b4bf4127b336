// Counting visitors: a tap counts at once, also without network. What is not sent yet is kept in this browser and sent
// later, each count under an id of its own, so that none counts twice. Without this script the buttons send forms.
const KEPT = 'visitor-counts';
const AT_ONCE = 100;
const RETRY_MS = 5000;

const board = document.querySelector('[data-counting]');
const inside = document.querySelector('[data-inside]');
const came = document.querySelector('[data-came]');
const waiting = document.querySelector('[data-waiting]');

const kept = () => JSON.parse(localStorage.getItem(KEPT) || '[]');
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const seconds = () => Math.floor(Date.now() / 1000);
let isSending = false;

/** Keep the counts that wait, and say how many there are. */
function keep(counts) {
  localStorage.setItem(KEPT, JSON.stringify(counts));
  waiting.hidden = counts.length === 0;
  waiting.textContent = counts.length ? waiting.dataset.waiting.replace('{count}', counts.length) : '';
}

/** Change the figures on screen, those of the age band too, before the service answers. */
function show(one, band) {
  const step = one.direction === 'in' ? 1 : -1;
  inside.textContent = inside.textContent.replace(/\d+/, (text) => Math.max(0, Number(text) + step));
  if (step < 0) return;
  for (const figure of [came, band.querySelector('[data-came]')]) figure.textContent = Number(figure.textContent) + 1;
}

/** What the service knows of the zone: others count too. */
function agree(zone) {
  if (!zone) return;
  inside.textContent = zone.inside;
  board.dataset.look = zone.look;
}

/** Send what waits, oldest first; what the service has, or can never use, is forgotten here. */
async function send() {
  if (isSending) return;
  isSending = true;
  try {
    for (let counts = kept(); counts.length; counts = kept()) {
      const answer = await fetch('/api/v1/presence/counts', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-requested-with': 'counting' },
        body: JSON.stringify({ counts: counts.slice(0, AT_ONCE), sent_at: seconds() }),
      });
      if (!answer.ok) break;
      const { taken, refused, zones } = await answer.json();
      const over = new Set([...taken, ...refused.map((one) => one.scan_id)]);
      keep(kept().filter((one) => !over.has(one.scan_id)));
      if (!kept().length) agree(zones.find((one) => one.zone === board.dataset.counting));
    }
  } catch {
    // No network: the counts stay here until the next turn.
  }
  isSending = false;
}

if (board) {
  board.addEventListener('submit', (event) => {
    const form = new FormData(event.target, event.submitter);
    const counts = kept();
    const one = {
      scan_id: newId(),
      zone: form.get('zone'),
      band: form.get('band'),
      direction: form.get('direction'),
      at_device: seconds(),
      device_seq: Date.now(),
    };
    // While the zone is full the form itself goes, for the service to say so.
    if (board.dataset.look === 'full' && one.direction === 'in') return;
    event.preventDefault();
    keep([...counts, one]);
    show(one, event.target);
    send();
  });
  keep(kept());
  send();
  setInterval(send, RETRY_MS);
  addEventListener('online', send);
}
