/** What pdf.js draws on in a worker. */

interface Drawing {
  canvas: OffscreenCanvas | null;
  context: OffscreenCanvasRenderingContext2D | null;
}

export class WorkerCanvases {
  create(width: number, height: number): Drawing {
    if (width <= 0 || height <= 0) throw new Error('A canvas has a size.');
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
  }

  reset({ canvas }: Drawing, width: number, height: number): void {
    if (!canvas || width <= 0 || height <= 0) throw new Error('A canvas has a size.');
    canvas.width = width;
    canvas.height = height;
  }

  destroy(drawing: Drawing): void {
    if (drawing.canvas) drawing.canvas.width = drawing.canvas.height = 0;
    drawing.canvas = drawing.context = null;
  }
}

/** Filters are SVG of a page, which a worker has none of: masks and transfer functions are drawn without. */
export class BlankFilters {
  addFilter(): string {
    return 'none';
  }
  addHCMFilter(): string {
    return 'none';
  }
  addAlphaFilter(): string {
    return 'none';
  }
  addLuminosityFilter(): string {
    return 'none';
  }
  addHighlightHCMFilter(): string {
    return 'none';
  }
  destroy(): void {
    // nothing is held
  }
}
