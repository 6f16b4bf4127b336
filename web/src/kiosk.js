// The kiosk at the door: badge by camera, by reader or typed; a screen that answers; passages kept without network,
// and decided here when the service is silent. This file joins the parts of kiosk/.
import { Answered } from './kiosk/answered.js';
import * as badges from './kiosk/badge.js';
import { Camera } from './kiosk/camera.js';
import { ServiceClock } from './kiosk/clock.js';
import { Desk } from './kiosk/desk.js';
import { Evacuation } from './kiosk/evacuation.js';
import { takeGestures } from './kiosk/gestures.js';
import { Keeper } from './kiosk/keeper.js';
import { Links } from './kiosk/links.js';
import { Local, Seen, seenSince } from './kiosk/local.js';
import { chooseOutbox, memoryShelf } from './kiosk/memory.js';
import * as disk from './kiosk/outbox.js';
import { Screen } from './kiosk/screen.js';
import { callService, Sender } from './kiosk/sender.js';
import * as shelf from './kiosk/shelf.js';
import { Signal } from './kiosk/signal.js';
import { Snapshot, takenApart } from './kiosk/snapshot.js';
import { Sounds } from './kiosk/sound.js';
import { Speech } from './kiosk/speech.js';
import { storage } from './kiosk/storage.js';
import { textStore } from './kiosk/store.js';
import { slotNow, tellDecision } from './kiosk/telling.js';
import { Visits } from './kiosk/visits.js';
import { Wedge } from './kiosk/wedge.js';
import { Wishes } from './kiosk/wishes.js';
import { Words } from './kiosk/words.js';

const SILENT = 'kiosk-is-silent';
const LIST_WITHIN_MS = 15000;
const COMPARED_WITHIN_MS = 8000;
const root = document.querySelector('main[data-kiosk]');
const { dataset } = root;
const timers = { later: (work, ms) => setTimeout(work, ms), cancel: (timer) => clearTimeout(timer) };

/** An instant in seconds as people read hours here. */
function hour(instant, language) {
  const options = { hour: '2-digit', minute: '2-digit', timeZone: dataset.timeZone || undefined };
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', options).format(new Date(instant * 1000));
}

/** The same, with its day when it is not of today. */
const moment = (instant, isFar) => (isFar ? `${new Date(instant * 1000).toLocaleDateString(document.documentElement.lang)}, ` : '') + hour(instant, document.documentElement.lang);

/** The list of badges: what changed since a revision, or all of it. */
async function fetchList(since, etag) {
  const address = since === null ? dataset.snapshot : `${dataset.snapshot}?since=${since}`;
  const headers = { 'X-Requested-With': 'kiosk', Accept: 'application/jsonl, application/json', ...(etag ? { 'If-None-Match': etag } : {}) };
  const response = await fetch(address, { headers, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(LIST_WITHIN_MS) });
  return { status: response.status, etag: response.headers.get('etag'), body: response.ok ? takenApart(await response.text()) : null };
}

async function open() {
  const words = new Words(document.querySelectorAll('template[data-language]'), document.documentElement.lang);
  const outbox = await chooseOutbox(disk);
  const clock = new ServiceClock({ session: storage('session'), lasting: storage('local') });
  const speech = new Speech();
  const screen = new Screen({ root, words, onLeave: () => calm(), onShow: (texts) => speech.say(texts, words.language), ...timers });
  const call = (url, body, ms) => callService(url, body, ms, words.language);
  const answered = new Answered({
    outbox, clock, shelf: outbox.isDurable ? shelf : memoryShelf(),
    ask: async (ids) => (await sender.reach(dataset.known, { scan_ids: ids }, COMPARED_WITHIN_MS)).body.unknown,
  });
  const sender = new Sender({
    outbox, call, clock,
    onAnswers: (pairs) => answered.keep(pairs),
    onState: (state) => keeper?.network(state),
    urls: { scans: dataset.scans, batch: dataset.batch, visits: dataset.walkIns, state: dataset.health || dataset.stateUrl },
    locks: navigator.locks ?? { request: (name, options, work) => work({}) },
    ...timers,
  });
  const snapshot = new Snapshot({ fetchList, clock, store: textStore('badges'), onChange: () => keeper?.tellAge() });
  const seen = new Seen({ storage: storage('local') });
  const local = new Local({ snapshot, clock, seen, badges });
  const sounds = new Sounds({ isOn: storage('local').getItem(SILENT) === null });
  const hourHere = (instant) => hour(instant, words.language);
  const desk = new Desk({
    record: (badge, options) => sender.record(badge, options),
    ask: (...given) => sender.ask(...given),
    judge: (reading, direction) => local.judge(reading, direction),
    note: (reading, direction) => local.note(reading, direction),
    tell: (decision) => tellDecision({ ...decision, slot: slotNow(decision.slots ?? [], clock.now(), hourHere) }),
    screen, sounds,
  });
  const wishes = new Wishes({ reach: (...given) => sender.reach(...given), desk, screen, sounds, urls: dataset });
  const visits = new Visits({
    sender, screen, sounds, clock, counts: 'counts' in dataset, most: Number(dataset.visitsPerMinute), isAlarm: () => keeper.isAlarm,
  });
  const links = new Links({ sender, screen, url: dataset.stateUrl, instead: { no_badge: () => visits.open(), visit_again: () => visits.open() } });
  const evacuation = new Evacuation({ url: dataset.evacuation, call, store: textStore('evacuation'), clock, words, hour: hourHere, seenSince: (instant) => seenSince(seen, snapshot.facts, instant) });
  const keeper = new Keeper({ dataset, screen, sender, snapshot, seen, clock, evacuation, wishes, outbox, answered, call, moment });

  /** Between two people: the house's language and size of text, no voice, and a newer page if there is one. */
  function calm() {
    words.reset();
    speech.turn(false);
    screen.press('speak', false);
    screen.enlarge(false);
    desk.forget();
    visits.forget();
    keeper.goOut(false);
    screen.retell();
    keeper.renew();
  }

  await snapshot.open();
  new Wedge({ read: badges.read, onScan: (reading) => desk.take(reading), ...timers }).listen(document);
  takeGestures({ root, screen, words, desk, sounds, speech, wishes, links, visits, evacuation, keeper, isSilent: SILENT });
  screen.press('sound', sounds.isOn);
  showClock(clock, hourHere);
  screen.show('waiting');
  screen.retell();
  links.tellLost();
  openCamera(desk, keeper);
  keeper.keepShell();
  keeper.stayAwake();
  const signal = new Signal({ url: dataset.events, check: () => keeper.check(), onMove: (line) => keeper.move(line), ...timers });
  await signal.start();
}

function openCamera(desk, keeper) {
  const video = root.querySelector('video');
  const onTexts = (texts) => {
    const reading = badges.choose(texts);
    if (reading) desk.take(reading);
    else if (texts.length > 1) desk.takeNone();
  };
  const onState = (isOn, trouble) => {
    video.hidden = !isOn;
    keeper.camera(isOn, trouble);
  };
  if (navigator.mediaDevices) new Camera({ video, workerUrl: dataset.worker, onTexts, onState }).watch();
}

function showClock(clock, hourHere) {
  const place = root.querySelector('time');
  const tick = () => { place.textContent = hourHere(clock.now()); };
  tick();
  setInterval(tick, 5000);
}

open();
