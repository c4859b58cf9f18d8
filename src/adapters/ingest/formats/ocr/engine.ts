/** Tesseract in this thread: its program and its language data come from the page, nothing is fetched. */

import type { ReaderInput } from '../reader';

type Assets = ReaderInput['asset'];

/** What is used of the compiled library. */
interface Tesseract {
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
  readonly TessBaseAPI: new () => TesseractApi;
}

interface TesseractApi {
  /** 0: done. */
  Init(dataPath: string | null, language: string, engineMode: number): number;
  SetVariable(name: string, value: string): boolean;
  /** Takes the file `/input`. 0: done. */
  SetImageFile(orientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetTSVText(page: number): string;
  Clear(): void;
  End(): void;
}

interface TesseractOptions {
  readonly wasmBinary: ArrayBuffer;
  readonly TesseractProgress: (percent: number) => void;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

type TesseractCore = (options: TesseractOptions) => Promise<Tesseract>;

const PROGRAM = 'ocr/tesseract-core-simd-lstm';
/** The recogniser by neural network, the one that is compiled in. */
const LSTM_ONLY = 1;

export interface Engine {
  readonly language: string;
  /**
   * What is recognised in a picture file, as Tesseract's table. Works without a pause; `onProgress` is called
   * meanwhile, from 0 to 100, and ends the work by throwing: the engine is of no use after that.
   * @throws Error when the picture cannot be decoded
   */
  recognise(picture: Uint8Array, dpi: number, onProgress: (percent: number) => void): string;
  close(): void;
}

export async function startEngine(language: string, asset: Assets): Promise<Engine> {
  const [core, wasm, data] = await Promise.all([
    asset(`${PROGRAM}.js`).then(programOf),
    asset(`${PROGRAM}.wasm`).then((blob) => blob.arrayBuffer()),
    asset(`ocr/${language}.traineddata.gz`).then(unzipped),
  ]);
  let progress: (percent: number) => void = () => undefined;
  const tesseract = await core({
    wasmBinary: wasm,
    TesseractProgress: (percent) => {
      progress(percent);
    },
    print: () => undefined,
    printErr: () => undefined,
  });
  tesseract.FS.writeFile(`${language}.traineddata`, data);
  const api = new tesseract.TessBaseAPI();
  if (api.Init(null, language, LSTM_ONLY) !== 0)
    throw new Error(`Tesseract does not take its data of ${language}`);
  tesseract.FS.unlink(`${language}.traineddata`);
  return {
    language,
    recognise(picture, dpi, onProgress) {
      progress = onProgress;
      tesseract.FS.writeFile('/input', picture);
      api.SetVariable('user_defined_dpi', String(dpi));
      try {
        if (api.SetImageFile(1, 0) !== 0) throw new Error('Tesseract does not take this picture');
        if (api.Recognize(null) !== 0) throw new Error('Tesseract gave up on this picture');
        return api.GetTSVText(0);
      } finally {
        tesseract.FS.unlink('/input');
        progress = () => undefined;
        api.Clear();
      }
    },
    close() {
      api.End();
    },
  };
}

/** The program is an old-style script that names one global; as a module it can be loaded where there is no page. */
async function programOf(script: Blob): Promise<TesseractCore> {
  const module = new Blob([script, '\nexport default TesseractCore;'], { type: 'text/javascript' });
  const url = URL.createObjectURL(module);
  try {
    return ((await import(/* @vite-ignore */ url)) as { default: TesseractCore }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function unzipped(data: Blob): Promise<Uint8Array> {
  const plain = data.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
