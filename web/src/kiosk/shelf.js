// Where answered passages lie: on disk, apart from the outbox, so that an older page still opens that one.
import { database, noting } from './database.js';

const ROWS = 'rows';
const run = database('kiosk-answered', (made) => made.createObjectStore(ROWS, { keyPath: 'n', autoIncrement: true }));
const transact = (mode, work) => run(mode, [ROWS], ([rows], noted) => work(rows, noted));

/** Rows get the next numbers, `n`. */
export function add(found) {
  return transact('readwrite', (rows) => { for (const row of found) rows.add(row); });
}

/** At most so many rows, from number `n` on, in order. */
export function from(n, limit) {
  return transact('readonly', (rows, noted) => noting(rows.getAll(IDBKeyRange.lowerBound(n), limit), noted));
}

/** These rows go. */
export function remove(numbers) {
  return transact('readwrite', (rows) => { for (const n of numbers) rows.delete(n); });
}

/** Rows kept before an instant go, and the oldest of more than `most`. */
export function trim(before, most) {
  return transact('readwrite', (rows) => {
    const counted = rows.count();
    counted.onsuccess = () => { dropOld(rows, before, counted.result - most); };
  });
}

function dropOld(rows, before, excess) {
  const cursor = rows.openCursor();
  let more = excess;
  cursor.onsuccess = () => {
    const row = cursor.result;
    if (!row || (more <= 0 && row.value.kept_at >= before)) return;
    more -= 1;
    row.delete();
    row.continue();
  };
}

/** Everything goes. */
export function clear() {
  return transact('readwrite', (rows) => rows.clear());
}
