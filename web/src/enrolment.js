// A device that is asked for a code is no kiosk now. What a kiosk knew of people does not stay on it, also when it was
// switched off while it was stopped; passages that nobody answered for wait for its next code.
import { storage } from './kiosk/storage.js';

for (const name of ['kiosk-facts', 'kiosk-answered']) indexedDB.deleteDatabase(name);
storage('local').removeItem('kiosk-seen');
