// Gives a kiosk's own list keeper what the service answered, for the test that holds it to the door's.
import { ServiceClock } from '../../../web/src/kiosk/clock.js';
import { Snapshot, takenApart } from '../../../web/src/kiosk/snapshot.js';
import { answer } from '../../support/answering.mjs';

async function believed(steps) {
  let given = '';
  const clock = new ServiceClock();
  const store = { get: async () => '', set: async () => {}, clear: async () => {} };
  const snapshot = new Snapshot({ clock, store, fetchList: async () => ({ status: 200, etag: '', body: takenApart(given) }) });
  const said = [];
  for (const [now, text] of steps) {
    const before = snapshot.facts;
    clock.heard(now);
    given = text;
    await snapshot.refresh();
    said.push(snapshot.facts !== before);
    if (snapshot.isForeign !== (snapshot.facts === before)) throw new Error('the screen would not say why');
  }
  return said;
}

await answer(async (readers) => {
  const found = {};
  for (const [name, steps] of Object.entries(readers)) found[name] = await believed(steps);
  return found;
});
