/** What the browser's GPU can do, asked without downloading or loading anything. */

import type { Problem } from '../../core/errors';
import type { GpuReport } from '../../core/models/device';

/** What the engine asks of a GPU before anything else (`detectGPUDevice` of its runtime); less makes it refuse. */
const NEEDED = {
  storageBuffersPerStage: 10,
  workgroupStorageBytes: 32 << 10,
  bufferBytes: 1 << 28,
  storageBindingBytes: 1 << 27,
} as const;

/** Larger bindings are asked for in this size or not at all: what lies between is of no use to the engine. */
const LARGE_BINDING_BYTES = 1 << 30;

const ADAPTER_TIMEOUT_MS = 15_000;

/** The parts of `navigator` and of the page that are looked at. */
export interface GpuSurroundings {
  readonly gpu: GPU | undefined;
  /** RAM in GiB, capped and rounded by the browser. Chromium only. */
  readonly deviceMemory: number | undefined;
  /** WebGPU exists only where the page came over https or from this machine. */
  readonly isSecureContext: boolean;
}

function surroundings(): GpuSurroundings {
  const { deviceMemory } = navigator as { deviceMemory?: number }; // not in the DOM's types: Chromium only
  // Absent in browsers without WebGPU, whatever the types say.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  return { gpu, deviceMemory, isSecureContext };
}

const SERVER_INSTEAD = 'The built-in reader and model servers work here all the same.';

function unavailable(message: string, hint: string): Problem {
  return { code: 'gpu-unavailable', message, hint: `${hint} ${SERVER_INSTEAD}` };
}

function noWebGpu(isSecure: boolean): Problem {
  return isSecure
    ? unavailable(
        'This browser has no WebGPU, so models cannot run on this device.',
        'Use a current Chrome or Edge, Safari 26 or newer, or Firefox where WebGPU is on (dom.webgpu.enabled in about:config).',
      )
    : unavailable(
        'This page came over plain http, where browsers keep the GPU closed.',
        'Open it with https, or from this machine as http://localhost.',
      );
}

const NO_ADAPTER = unavailable(
  'This browser has WebGPU, but found no GPU it can use.',
  'Update the graphics driver, turn on graphics acceleration in the browser’s system settings and restart it; chrome://gpu tells what is off. In Chrome on Linux, also enable chrome://flags/#enable-unsafe-webgpu and #enable-vulkan.',
);

/** The first limit the engine cannot do with, in words; null when all suffice. */
function shortOf(limits: GPUSupportedLimits): string | null {
  if (limits.maxStorageBuffersPerShaderStage < NEEDED.storageBuffersPerStage)
    return `${String(limits.maxStorageBuffersPerShaderStage)} storage buffers at a time where ${String(NEEDED.storageBuffersPerStage)} are needed`;
  if (limits.maxComputeWorkgroupStorageSize < NEEDED.workgroupStorageBytes)
    return `${String(limits.maxComputeWorkgroupStorageSize >> 10)} KB of workgroup memory where ${String(NEEDED.workgroupStorageBytes >> 10)} KB are needed`;
  if (limits.maxBufferSize < NEEDED.bufferBytes)
    return `buffers of ${String(limits.maxBufferSize >> 20)} MB where ${String(NEEDED.bufferBytes >> 20)} MB are needed`;
  if (limits.maxStorageBufferBindingSize < NEEDED.storageBindingBytes)
    return `bindings of ${String(limits.maxStorageBufferBindingSize >> 20)} MB where ${String(NEEDED.storageBindingBytes >> 20)} MB are needed`;
  return null;
}

function tooSmall(what: string): Problem {
  return unavailable(
    `This GPU cannot run the models: it offers ${what}.`,
    'A newer browser or graphics driver may offer more.',
  );
}

/** The adapter the engine will ask for; null when there is none. A crashed GPU process may never answer. */
async function adapterOf(gpu: GPU): Promise<GPUAdapter | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, ADAPTER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([gpu.requestAdapter({ powerPreference: 'high-performance' }), silence]);
  } catch {
    return null; // some browsers throw where they should say that there is none
  } finally {
    clearTimeout(timer);
  }
}

/** Older browsers have the flag on the adapter itself. */
function isSoftware(adapter: GPUAdapter): boolean {
  const flags = [adapter.info, adapter] as { isFallbackAdapter?: boolean }[];
  return (
    flags.some(({ isFallbackAdapter }) => isFallbackAdapter === true) ||
    /swiftshader|llvmpipe/i.test(nameOf(adapter.info))
  );
}

function nameOf({ vendor, architecture, description }: GPUAdapterInfo): string {
  return description === '' ? `${vendor} ${architecture}`.trim() : description;
}

/** Never rejects: whatever stands in the way is the report's `problem`. */
export async function probeGpu(around: GpuSurroundings = surroundings()): Promise<GpuReport> {
  const { gpu, deviceMemory, isSecureContext } = around;
  const nothing = {
    software: false,
    shaderF16: false,
    description: '',
    maxBufferBytes: 0,
    maxStorageBindingBytes: 0,
    maxStorageBuffersPerStage: 0,
    maxWorkgroupStorageBytes: 0,
    deviceMemoryBytes: deviceMemory === undefined ? null : deviceMemory * 2 ** 30,
  };
  if (!gpu) return { ...nothing, problem: noWebGpu(isSecureContext) };
  const adapter = await adapterOf(gpu);
  if (!adapter) return { ...nothing, problem: NO_ADAPTER };
  const { limits, features, info } = adapter;
  const short = shortOf(limits);
  const binding = limits.maxStorageBufferBindingSize;
  return {
    ...nothing,
    problem: short === null ? null : tooSmall(short),
    software: isSoftware(adapter),
    shaderF16: features.has('shader-f16'),
    description: nameOf(info),
    maxBufferBytes: limits.maxBufferSize,
    maxStorageBindingBytes:
      binding >= LARGE_BINDING_BYTES ? LARGE_BINDING_BYTES : Math.min(binding, NEEDED.storageBindingBytes),
    maxStorageBuffersPerStage: limits.maxStorageBuffersPerShaderStage,
    maxWorkgroupStorageBytes: limits.maxComputeWorkgroupStorageSize,
  };
}
