// Results read aloud, for whoever asks: off until a button is pressed, and off again for the next person.

const VOICES = { fr: 'fr-FR', en: 'en-GB' };

export class Speech {
  constructor({ voice = globalThis.speechSynthesis, Utterance = globalThis.SpeechSynthesisUtterance } = {}) {
    Object.assign(this, { voice, Utterance, isOn: false });
  }

  /** True where the device can speak. */
  get isPossible() {
    return Boolean(this.voice && this.Utterance);
  }

  /** Say sentences in a language, in place of what was being said. */
  say(sentences, language) {
    if (!this.isOn || !this.isPossible) return;
    this.voice.cancel();
    const spoken = new this.Utterance(sentences.filter(Boolean).map((one) => one.replace(/\s*[.!?…]*$/, '.')).join(' '));
    spoken.lang = VOICES[language] ?? language;
    this.voice.speak(spoken);
  }

  /** Speak from now on, or no longer. */
  turn(isOn) {
    this.isOn = isOn && this.isPossible;
    if (!this.isOn) this.voice?.cancel();
  }
}
