// Draws passes as a phone does, for the test that reads them with another reader: JSON in, JSON out.
import { modules } from '../../../web/src/pass/code.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const texts = JSON.parse(Buffer.concat(chunks));
process.stdout.write(JSON.stringify(texts.map((text) => modules(text).map((row) => row.map(Number)))));
