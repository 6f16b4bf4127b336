// Signatures: Ed25519 by the browser's own means; older browsers, which do not know it, by a small library.
import { verifyAsync } from '@noble/ed25519';

const STRICT = { zip215: false };
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));

/** True when the owner of the key (its public half in base64) signed exactly these bytes. Never throws. */
export async function isSigned(publicKey, signature, message, subtle = crypto.subtle) {
  try {
    const [key, proof] = [bytesOf(publicKey), typeof signature === 'string' ? bytesOf(signature) : signature];
    const known = await subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']).catch(unlessUnknown);
    return known ? await subtle.verify('Ed25519', known, proof, message) : await verifyAsync(proof, message, key, STRICT);
  } catch {
    return false;
  }
}

/** Null for a browser that does not know this kind of key; any other fault stays one. */
function unlessUnknown(error) {
  if (error.name === 'NotSupportedError') return null;
  throw error;
}
