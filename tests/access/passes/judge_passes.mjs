// Shows passes to a kiosk that is alone with its list, for the test that holds it to the service and the door: it
// gets [{list, now, texts}], one for each kiosk, and says what each was told.
import * as badges from '../../../web/src/kiosk/badge.js';
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Local, Seen } from '../../../web/src/kiosk/local.js';
import { Snapshot, takenApart } from '../../../web/src/kiosk/snapshot.js';
import { answer } from '../../support/answering.mjs';

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

await answer((kiosks) => Promise.all(kiosks.map(said)));
