// Shows passes to a kiosk that is alone with its list, for the test that holds it to the service and the door: JSON in
// ([{list, now, texts}] a kiosk), JSON out (what it said to each).
import * as badges from '../../../web/src/kiosk/badge.js';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Local, Seen } from '../../../web/src/kiosk/local.js';
import { Snapshot, takenApart } from '../../../web/src/kiosk/snapshot.js';

async function said({ list, now, texts }) {
  const clock = new ServiceClock();
  clock.heard(now);
  const store = { get: async () => '', set: async () => {}, clear: async () => {} };
  const snapshot = new Snapshot({ clock, store, fetchList: async () => ({ status: 200, etag: '', body: takenApart(list) }) });
  await snapshot.refresh();
  const local = new Local({ snapshot, clock, seen: new Seen(), badges });
  const found = [];
  for (const text of texts) {
    const { outcome, reason } = await local.judge(badges.read(text), 'in');
    found.push(`${outcome} ${reason}`);
  }
  return found;
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const kiosks = JSON.parse(Buffer.concat(chunks));
process.stdout.write(JSON.stringify(await Promise.all(kiosks.map(said))));
