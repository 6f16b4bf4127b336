// What every script that a test asks does: JSON in, JSON out.

/** Write what `say` makes of what was asked. */
export async function answer(say) {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  process.stdout.write(JSON.stringify(await say(JSON.parse(Buffer.concat(chunks)))));
}
