// Small texts kept in the browser under a name, apart from the outbox: the list of badges, the evacuation list.

const DATABASE = 'kiosk-facts';
const TEXTS = 'texts';

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TEXTS);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another version of the page holds the store'));
  });
}

async function transact(mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(TEXTS, mode);
      const request = work(transaction.objectStore(TEXTS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** The text kept under `name`: {get, set, clear}. `get` answers "" when there is none. */
export function textStore(name) {
  return {
    get: async () => (await transact('readonly', (texts) => texts.get(name))) ?? '',
    set: (text) => transact('readwrite', (texts) => texts.put(text, name)),
    clear: () => transact('readwrite', (texts) => texts.delete(name)).catch(() => {}),
  };
}
