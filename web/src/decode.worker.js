// Reads QR codes in pictures, away from the page so that it never stutters. Answers {texts} or {error}; the first
// answer, with no text, says that the reader is ready. The reader's WebAssembly lies beside this file.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const OPTIONS = { formats: ['QRCode'], maxNumberOfSymbols: 3, tryHarder: true };
const locateFile = () => new URL(__READER_WASM__, self.location.href).href;
const ready = prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });

ready.then(
  () => self.postMessage({ texts: [] }),
  (error) => self.postMessage({ error: String(error) }),
);

self.onmessage = async ({ data }) => {
  try {
    await ready;
    const codes = await readBarcodes(data, OPTIONS);
    self.postMessage({ texts: codes.filter((code) => code.isValid).map((code) => code.text) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
