// Reads texts with the kiosk's own reader, for the test that holds it to the service's.
import { isGenuine, read } from '../../../web/src/kiosk/badge.js';
import { answer } from '../../support/answering.mjs';

async function readingOf(text, trusted) {
  const { result, kind = '', token = '', number = '', claims = null, ...signed } = read(text);
  const isSigned = claims ? await isGenuine({ claims, ...signed }, trusted) : false;
  return { result, kind, token, number, claims, isSigned };
}

await answer(({ texts, keys }) => Promise.all(texts.map((text) => readingOf(text, new Map(keys)))));
