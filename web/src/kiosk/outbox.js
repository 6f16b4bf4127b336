// The outbox: passages kept in the browser until the service has answered for them. They outlive a reload, a
// power cut and a night without network. Numbered one after the other, for the service to see a gap.

const DATABASE = 'kiosk';
const SCANS = 'scans';
const COUNTERS = 'counters';

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(SCANS, { keyPath: 'device_seq' });
      request.result.createObjectStore(COUNTERS);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another version of the page holds the outbox'));
  });
}

/** Run `work(store, counters)` in one transaction; resolves once it is on the disk, with what `work` noted. */
async function transact(mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction([SCANS, COUNTERS], mode, { durability: 'strict' });
      const noted = {};
      transaction.oncomplete = () => resolve(noted.value);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(SCANS), transaction.objectStore(COUNTERS), noted);
    });
  } finally {
    database.close();
  }
}

/** Keep a scan; it gets the next number of this device. */
export function keep(scan) {
  return transact('readwrite', (scans, counters, noted) => {
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
  return transact('readwrite', (scans) => {
    const found = scans.getKey(scan.device_seq);
    found.onsuccess = () => { if (found.result !== undefined) scans.put(scan); };
  });
}

/** The oldest scans that wait, in order. */
export function waiting(limit) {
  return transact('readonly', (scans, counters, noted) => {
    const found = scans.getAll(null, limit);
    found.onsuccess = () => { noted.value = found.result; };
  });
}

/** How many scans wait. */
export function count() {
  return transact('readonly', (scans, counters, noted) => {
    const found = scans.count();
    found.onsuccess = () => { noted.value = found.result; };
  });
}

/** Forget scans that the service has answered for. */
export function drop(numbers) {
  return transact('readwrite', (scans) => {
    for (const number of numbers) scans.delete(number);
  });
}
