// The one script of ordinary pages. htmx and its event stream are bundled together: loaded apart, htmx may
// read the page before the stream part exists, and then no stream is ever opened.
import 'htmx.org/dist/htmx.esm.js';
import 'htmx.org/dist/ext/hx-sse.js';
import { copyButtons } from './app/copy.js';
import { keepFocus } from './app/focus.js';
import { oneSubmit } from './app/forms.js';
import { pauseButton } from './app/live.js';
import { ownStore, wipe } from './pass/book.js';

copyButtons(document);
keepFocus(document);
oneSubmit(document);
pauseButton(document);
// Nobody is signed in here any more: the phone carries no passes either.
if (document.querySelector('a[href="/connexion"]')) wipe(ownStore());
