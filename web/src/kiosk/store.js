// Small texts kept in the browser under a name, apart from the outbox: the list of badges, the evacuation list.
import { database, noting } from './database.js';

const TEXTS = 'texts';
const run = database('kiosk-facts', (made) => made.createObjectStore(TEXTS));

/** The text kept under `name`: {get, set, clear}. `get` answers "" when there is none. */
export function textStore(name) {
  return {
    get: async () => (await run('readonly', [TEXTS], ([texts], noted) => noting(texts.get(name), noted))) ?? '',
    set: (text) => run('readwrite', [TEXTS], ([texts]) => texts.put(text, name)),
    clear: () => run('readwrite', [TEXTS], ([texts]) => texts.delete(name)).catch(() => {}),
  };
}
