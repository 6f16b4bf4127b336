// What the kiosk plays and says: which notes, which sentences, in which language, and when it keeps silent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk } from '../../../web/src/kiosk/desk.js';
import { Sounds } from '../../../web/src/kiosk/sound.js';
import { Speech } from '../../../web/src/kiosk/speech.js';
import { tellDecision } from '../../../web/src/kiosk/telling.js';
import { Wishes } from '../../../web/src/kiosk/wishes.js';

/** A sound card that notes which pitch sounds from when to when. */
function soundCard({ state = 'running', wakes = true } = {}) {
  const played = [];
  class Context {
    state = state;
    currentTime = 10;
    destination = {};
    async resume() {
      await null;
      if (!wakes) throw new Error('not allowed');
      this.state = 'running';
    }
    createOscillator() {
      const tone = { frequency: {}, connect: (next) => next, start: (at) => { tone.at = at; }, stop: (at) => played.push([tone.frequency.value, tone.at, at]) };
      return tone;
    }
    createGain() {
      return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next };
    }
  }
  return { played, Context, get pitches() { return played.map(([pitch]) => pitch); } };
}

/** A voice that notes what it is given, and what of it was cut short. */
function loudspeaker() {
  const said = [];
  const voice = { said, cuts: 0, cancel: () => { voice.cuts += 1; }, speak: ({ text, lang }) => said.push(`${lang}: ${text}`) };
  class Utterance {
    constructor(text) {
      this.text = text;
    }
  }
  return { voice, Utterance };
}

const WORDS = {
  fr: {
    reason_entered: ['Bonjour Sofia, bienvenue !', 'Passage noté. Entrez.'],
    reason_closed_nameless: ['C’est fermé à cette heure', 'Revenez aux heures d’ouverture.'],
    kept: ['Passage gardé ici', 'La borne l’enverra plus tard.'],
    call_coming: ['Quelqu’un arrive', 'L’accueil vient vous aider.'],
    call_lost: ['L’appel n’est pas parti', 'La borne est hors ligne.'],
  },
  en: {
    reason_entered: ['Hello Sofia, welcome!', 'Noted. Come in.'],
    reason_closed_nameless: ['It is closed at this hour', 'Come back in opening hours.'],
    kept: ['Kept here', 'The kiosk will send it later.'],
    call_coming: ['Somebody is coming', 'The reception comes to help you.'],
    call_lost: ['The call did not leave', 'The kiosk is offline.'],
  },
};

/** A kiosk without a screen: what it would show is what its voice gets, as the page has it. */
function kiosk(language, { isOn = true, isSpeaking = true, card = soundCard() } = {}) {
  const speaker = loudspeaker();
  const [sounds, speech] = [new Sounds({ isOn, Context: card.Context }), new Speech(speaker)];
  speech.turn(isSpeaking);
  const screen = {
    state: 'waiting',
    show(state, { key = state, title, sentence } = {}) {
      this.state = state;
      const texts = title === undefined ? WORDS[language][key] : [title, sentence];
      if (texts) speech.say([...texts, ''], language);
    },
    sendToDesk(key) { this.show('called', { key }); },
  };
  const outcomes = {};
  const desk = new Desk({ record: async (badge) => outcomes[badge], judge: async () => null, tell: tellDecision, screen, sounds });
  const wishes = new Wishes({ reach: async () => outcomes.call ?? null, desk, screen, sounds, urls: { calls: '/calls' } });
  return { outcomes, desk, wishes, speech, sounds, screen, card, voice: speaker.voice };
}

const badge = (token) => ({ result: 'ok', token });
const decided = (outcome, reason, name) => ({ kind: 'decided', decision: { outcome, reason, direction: 'in', name } });

for (const [language, voice, heard] of [
  ['fr', 'fr-FR', ['Bonjour Sofia, bienvenue. Passage noté. Entrez.', 'C’est fermé à cette heure. Revenez aux heures d’ouverture.', 'Passage gardé ici. La borne l’enverra plus tard.']],
  ['en', 'en-GB', ['Hello Sofia, welcome. Noted. Come in.', 'It is closed at this hour. Come back in opening hours.', 'Kept here. The kiosk will send it later.']],
]) {
  test(`granted, refused and offline are played and said, ${language}`, async () => {
    const { outcomes, desk, card, voice: speaker } = kiosk(language);
    Object.assign(outcomes, { A: decided('granted', 'entered', 'Sofia'), B: decided('denied', 'closed', ''), C: { kind: 'kept' } });
    for (const token of 'ABC') await desk.take(badge(token));
    assert.deepEqual(card.pitches, [660, 880, 220, 220, 660, 660], 'rising, low, level: told apart without a word');
    assert.deepEqual(speaker.said, heard.map((text) => `${voice}: ${text}`));
    assert.equal(speaker.cuts, 3, 'what is said last takes the place of what was being said');
  });

  test(`a call is said when it is sent, answered or lost, ${language}`, async () => {
    const { outcomes, wishes, card, voice: speaker } = kiosk(language);
    const [coming, lost] = [WORDS[language].call_coming, WORDS[language].call_lost].map((texts) => `${voice}: ${texts[0]}. ${texts[1]}`);
    await wishes.callSomebody();
    assert.deepEqual([speaker.said, card.pitches], [[lost], []]);
    outcomes.call = { status: 200, body: { call_id: 'c', state: 'waiting', title: 'Patience !', sentence: 'Un instant…' } };
    await wishes.callSomebody();
    wishes.follow([['c', 'coming']]);
    assert.deepEqual([speaker.said.slice(1), card.pitches], [[`${voice}: Patience. Un instant.`, coming], [660, 880]]);
  });
}

test('the two notes follow each other', () => {
  const card = soundCard();
  new Sounds({ Context: card.Context }).play('granted');
  const [[, firstAt, firstEnds], [, secondAt, secondEnds]] = card.played;
  assert.equal(firstAt, 10);
  assert.ok(firstEnds < secondAt && secondAt < secondEnds && secondEnds < 10.5);
});

test('silence where sounds are off, unknown, refused by the browser or not to be had', async () => {
  const [muted, refused, asleep] = [soundCard(), soundCard({ state: 'suspended', wakes: false }), soundCard({ state: 'suspended' })];
  const { outcomes, desk } = kiosk('fr', { isOn: false, isSpeaking: false, card: muted });
  outcomes.A = decided('granted', 'entered', 'Sofia');
  await desk.take(badge('A'));
  for (const Context of [refused.Context, undefined]) new Sounds({ Context }).play('granted');
  new Sounds({ Context: muted.Context }).play('reading');
  const sounds = new Sounds({ Context: asleep.Context });
  sounds.play('granted');
  assert.deepEqual([muted.played, refused.played, asleep.played], [[], [], []], 'nobody has touched the page yet');
  await new Promise((resolve) => { setImmediate(resolve); });
  sounds.play('granted');
  assert.deepEqual(asleep.pitches, [660, 880]);
});

test('nothing is read aloud before it is asked for, nor after', async () => {
  const { outcomes, desk, speech, voice } = kiosk('fr', { isSpeaking: false });
  outcomes.A = decided('granted', 'entered', 'Sofia');
  await desk.take(badge('A'));
  assert.deepEqual(voice.said, []);
  speech.turn(true);
  await desk.leave();
  assert.equal(voice.said.length, 1);
  speech.turn(false);
  await desk.leave();
  assert.deepEqual([voice.said.length, speech.isOn], [1, false]);
  assert.ok(voice.cuts >= 2, 'who stops it is not read the rest');
});

test('a device without a voice is never asked to speak', () => {
  const mute = new Speech({ voice: undefined, Utterance: undefined });
  mute.turn(true);
  mute.say(['Bonjour'], 'fr');
  assert.deepEqual([mute.isPossible, mute.isOn], [false, false]);
});

test('a language without a voice of its own keeps its code', () => {
  const { voice, Utterance } = loudspeaker();
  const speech = new Speech({ voice, Utterance });
  speech.turn(true);
  speech.say(['Hola', '', 'Pase'], 'es');
  assert.deepEqual(voice.said, ['es: Hola. Pase.']);
});
