// Databases of this browser, opened for one transaction at a time: no page holds one open, so that a newer page never
// waits for it.

/**
 * Transactions on the database `name`, which `make(database)` fills once. `transact(mode, stores, work, options)` runs
 * `work(stores, noted)` and resolves once it is on the disk, with what `work` put into `noted.value`.
 */
export function database(name, make) {
  return async function transact(mode, names, work, options = {}) {
    const opened = await open(name, make);
    try {
      return await new Promise((resolve, reject) => {
        const transaction = opened.transaction(names, mode, options);
        const noted = {};
        transaction.oncomplete = () => resolve(noted.value);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
        work(names.map((each) => transaction.objectStore(each)), noted);
      });
    } finally {
      opened.close();
    }
  };
}

/** What a request finds is noted. */
export function noting(request, noted) {
  request.onsuccess = () => { noted.value = request.result; };
}

function open(name, make) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => make(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another version of the page holds this database'));
  });
}
