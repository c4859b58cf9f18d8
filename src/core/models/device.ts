/** Models on this device: what the GPU can do, which models there are, what is kept of them, and the engine that runs them. */

import type { Problem } from '../errors';
import type { ChatModel } from '../ports';

/** What the browser says of the GPU, found out without downloading anything. Sizes in bytes. */
export interface GpuReport {
  /** Why no model can run here, or null. */
  readonly problem: Problem | null;
  /** Computed by the processor: works, but slowly. */
  readonly software: boolean;
  readonly shaderF16: boolean;
  /** e.g. `apple metal-3`; empty when the browser does not tell. */
  readonly description: string;
  readonly maxBufferBytes: number;
  /** The largest part of a buffer a shader can see at once; some models need more than others. */
  readonly maxStorageBindingBytes: number;
  readonly maxStorageBuffersPerStage: number;
  readonly maxWorkgroupStorageBytes: number;
  /** RAM as far as the browser tells (it caps the figure); null when it does not. */
  readonly deviceMemoryBytes: number | null;
}

/** `vision` models read text here, not images; `base` ones were never taught to follow instructions. */
export type DeviceModelPurpose = 'chat' | 'vision' | 'base';

export type DeviceModelTier = 'tiny' | 'light' | 'default' | 'general' | 'strong' | 'big';

/** A model that can be fetched and run here. */
export interface DeviceModel {
  /** The engine's id, e.g. `Qwen2.5-Coder-3B-Instruct-q4f16_1-MLC`. */
  readonly id: string;
  /** For people, e.g. `Qwen2.5-Coder 3B`. */
  readonly label: string;
  /** Set for the ones offered first. */
  readonly tier: DeviceModelTier | null;
  readonly purpose: DeviceModelPurpose;
  readonly needsF16: boolean;
  /** The same model for GPUs without `shader-f16`, if there is one. */
  readonly twinId: string | null;
  /** GPU memory at the default window. */
  readonly memoryBytes: number;
  /** About what is to be fetched once; exact when its list of files is here, null when there is nothing to go by. */
  readonly downloadBytes: number | null;
  /** The largest buffer its shaders bind; 0 when every GPU that can run the engine has it. */
  readonly storageBindingBytes: number;
  /** The window it is loaded with unless asked otherwise, in tokens. */
  readonly contextTokens: number;
  /** The largest window it was made for, in tokens; null when not known before its configuration is there. */
  readonly maxContextTokens: number | null;
  /** Bytes a token of the window takes; null when not known before the model's configuration is there. */
  readonly kvBytesPerToken: number | null;
  /** e.g. `Apache-2.0`; null when not known. */
  readonly licence: string | null;
  /** Where its files are, e.g. `https://huggingface.co/mlc-ai/…`. */
  readonly modelUrl: string;
  readonly libraryUrl: string;
  /** Name of the file that says where the others are, for the few models that have one. */
  readonly manifestFile: string | null;
  /** Added by the user. */
  readonly custom: boolean;
}

/** What of a model is on this device. `bytesTotal` is null until its list of files has been read. */
export interface KeptModel {
  readonly state: 'none' | 'partial' | 'complete';
  readonly bytes: number;
  readonly bytesTotal: number | null;
}

export interface DownloadProgress {
  readonly bytes: number;
  /** Settles in the first moments: the tokenizer and the library are not in the list of files. */
  readonly bytesTotal: number;
  /** Smoothed over some seconds. */
  readonly bytesPerS: number;
  /** The file being fetched. */
  readonly file: string;
  /** Another tab is fetching this model: its progress is shown, and this call goes on when it ends. */
  readonly elsewhere: boolean;
}

/** What fetching a model would take, known before it starts. In bytes. */
export interface DownloadPlan {
  readonly bytesTotal: number;
  readonly bytesMissing: number;
  /** Room this site has left; null when the browser does not tell, as Chromium does not on disks with 10 GB free. */
  readonly bytesFree: number | null;
}

/** A model of the user's own: compiled for this engine, its files at one address and its library at another. */
export interface CustomModel {
  /** Made from the address when absent. */
  readonly id?: string;
  readonly label?: string;
  /** `https:` or loopback; the folder that has `mlc-chat-config.json`, or a Hugging Face repository. */
  readonly modelUrl: string;
  /** The compiled `.wasm`, `https:` or loopback. */
  readonly libraryUrl: string;
  /** In tokens; 4,096, or the model's own window if that is smaller, when absent. */
  readonly contextTokens?: number;
}

/**
 * Fetching and keeping models. Every method rejects with `SondeError` (`download-failed`, `bad-download`, `quota`,
 * `storage-blocked`, …) or, when aborted, with the signal's reason.
 */
export interface DeviceModels {
  gpu(): Promise<GpuReport>;
  /** All known models, those with a tier first, the user's own last; figures of kept ones are from their own files. */
  catalogue(): Promise<readonly DeviceModel[]>;
  kept(model: DeviceModel): Promise<KeptModel>;
  /** The same for many, by id, at about the cost of one. */
  keptAll(models: readonly DeviceModel[]): Promise<ReadonlyMap<string, KeptModel>>;
  /** Reads the model's list of files (a few hundred KB) so that its size is known before the download. */
  plan(model: DeviceModel, signal: AbortSignal): Promise<DownloadPlan>;
  /**
   * Fetches what is missing and checks it. Aborting pauses: what is complete is kept, and the next call goes on, after a
   * reload too.
   */
  download(
    model: DeviceModel,
    onProgress: (progress: DownloadProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Reads every kept file again and deletes those that are not what they should be, so that `download` fetches them anew.
   * @returns the names of the deleted files
   */
  verify(
    model: DeviceModel,
    onProgress: (progress: DownloadProgress) => void,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /**
   * Deletes the model's files; a library it shares with another kept model stays. Models listed once more with another
   * window (`…-1k`) are the same files, and go too.
   */
  remove(model: DeviceModel): Promise<void>;
  /** Reads its configuration and list of files, and remembers it. @throws SondeError `invalid-argument` and the codes above */
  addCustom(model: CustomModel, signal: AbortSignal): Promise<DeviceModel>;
  /** Forgets it and deletes its files. */
  removeCustom(id: string): Promise<void>;
}

/** Loading, after the files are here: into GPU memory, then compiling its shaders. `fraction` counts 0–1 in each phase. */
export interface LoadProgress {
  readonly phase: 'weights' | 'shaders';
  readonly fraction: number;
  readonly text: string;
}

export interface EngineState {
  /** Ids of the models in GPU memory, with the window each was loaded with. */
  readonly loaded: readonly { readonly id: string; readonly contextTokens: number }[];
  readonly loading: { readonly id: string; readonly progress: LoadProgress } | null;
  /** Calls waiting or running, by model id. */
  readonly calls: Readonly<Record<string, number>>;
  /** Why the last load or call failed on the engine's side; null when it did not. */
  readonly problem: Problem | null;
}

export interface EngineModelOptions {
  /** In tokens; the model's default when absent. */
  readonly contextTokens?: number;
  /** Root turns are held to the grammar of a turn; true when absent. */
  readonly grammar?: boolean;
}

/** The one engine of this page: it loads models when they are first called, and lets go of them when idle. */
export interface DeviceEngine {
  readonly state: EngineState;
  /** Calls back after every change of `state`; returns how to stop. */
  subscribe(onChange: () => void): () => void;
  /** Cheap: nothing is loaded before the first call. */
  model(model: DeviceModel, options?: EngineModelOptions): ChatModel;
  /**
   * The models that are to be in memory side by side, at most two (root and sub). A call to another one has it loaded
   * instead.
   */
  keepTogether(models: readonly { readonly model: DeviceModel; readonly contextTokens?: number }[]): void;
  /** Loads now rather than at the first call. @throws SondeError; the signal's reason */
  load(model: DeviceModel, signal: AbortSignal, options?: EngineModelOptions): Promise<void>;
  /** Frees the GPU memory. Waiting calls are rejected. */
  unload(): Promise<void>;
}

/** The GPU's memory holds the models of one tab at a time: whoever loads models owns it first. */
export interface GpuOwnership {
  /**
   * Resolves once the GPU is this tab's; the returned function gives it up, and does nothing when called again. A tab
   * that owns it already gets it again at once. If another tab owns it, that tab is asked to unload.
   *
   * `onAskedToYield` is called in the owning tab when another one asks: true when it is idle and has begun to unload (it
   * then gives up the GPU when done), false while calls run or a model is being loaded.
   * @throws SondeError `gpu-busy` when another tab keeps it; the signal's reason
   */
  acquire(onAskedToYield: () => boolean, signal: AbortSignal): Promise<() => void>;
}
