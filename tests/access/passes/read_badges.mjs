// Reads texts with the kiosk's own reader, for the test that holds it to the service's: JSON in, JSON out.
import { isGenuine, read } from '../../../web/src/kiosk/badge.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { texts, keys } = JSON.parse(Buffer.concat(chunks));
const trusted = new Map(keys);
const answers = [];
for (const text of texts) {
  const { result, kind = '', token = '', number = '', claims = null, ...signed } = read(text);
  const isSigned = claims ? await isGenuine({ claims, ...signed }, trusted) : false;
  answers.push({ result, kind, token, number, claims, isSigned });
}
process.stdout.write(JSON.stringify(answers));
