// Draws passes as a phone does, for the test that reads them with another reader.
import { modules } from '../../../web/src/pass/code.js';
import { answer } from '../../support/answering.mjs';

await answer((texts) => texts.map((text) => modules(text).map((row) => row.map(Number))));
