// The outbox: passages kept in the browser until the service has answered for them. They outlive a reload, a
// power cut and a night without network. Numbered one after the other, for the service to see a gap.
import { database, noting } from './database.js';

const SCANS = 'scans';
const COUNTERS = 'counters';
/** A passage that is told to be kept lies on the disk itself, whatever happens to the tablet. */
const STRICT = { durability: 'strict' };

const run = database('kiosk', (made) => {
  made.createObjectStore(SCANS, { keyPath: 'device_seq' });
  made.createObjectStore(COUNTERS);
});
const transact = (mode, work) => run(mode, [SCANS, COUNTERS], work, STRICT);

/** Keep a scan; it gets the next number of this device. */
export function keep(scan) {
  return transact('readwrite', ([scans, counters], noted) => {
    const last = counters.get('device_seq');
    last.onsuccess = () => {
      noted.value = { ...scan, device_seq: (last.result ?? 0) + 1 };
      counters.put(noted.value.device_seq, 'device_seq');
      scans.add(noted.value);
    };
  });
}

/** Keep what has been decided of a scan since; nothing when it was answered for meanwhile. */
export function change(scan) {
  return transact('readwrite', ([scans]) => {
    const found = scans.getKey(scan.device_seq);
    found.onsuccess = () => { if (found.result !== undefined) scans.put(scan); };
  });
}

/** Scans wait again, each under the number it had. */
export function putBack(again) {
  return transact('readwrite', ([scans]) => {
    for (const scan of again) scans.put(scan);
  });
}

/** The oldest scans that wait, in order. */
export function waiting(limit) {
  return transact('readonly', ([scans], noted) => noting(scans.getAll(null, limit), noted));
}

/** How many scans wait. */
export function count() {
  return transact('readonly', ([scans], noted) => noting(scans.count(), noted));
}

/** Forget scans that the service has answered for. */
export function drop(numbers) {
  return transact('readwrite', ([scans]) => {
    for (const number of numbers) scans.delete(number);
  });
}
