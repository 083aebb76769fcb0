/** Makes small copies of photos away from the page's own thread: {id, file} comes in, {id, picture} goes back. */

const SIDE = 640; // pixels, the longer one

addEventListener("message", async ({ data: { id, file } }) => {
  const picture = await smallCopy(file).catch(() => null);
  postMessage({ id, picture });
});

/**
 * @param {Blob} file
 * @returns {Promise<Blob>} a JPEG, upright, on white
 */
async function smallCopy(file) {
  const photo = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, width, height);
  photo.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
}
