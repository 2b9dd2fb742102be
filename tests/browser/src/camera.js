// What a camera reads off a screen: the picture as it is drawn, and nothing that the page knows of it.
import jsQR from 'jsqr';

/** The pixels of a picture, as a canvas gives them. */
function pixelsOf(page, picture) {
  return page.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    // A text crosses into the test at once, an array number by number.
    return { data: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')), width, height };
  }, picture);
}

/** The text of the code that is drawn at a selector; none where there is no code, dark on light as cameras want it. */
export async function scan(page, selector) {
  const drawn = await page.$(selector);
  const picture = await drawn.screenshot({ encoding: 'base64' });
  const { data, width, height } = await pixelsOf(page, picture);
  const pixels = Uint8ClampedArray.from(Buffer.from(data, 'base64'));
  return jsQR(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
}
