/** The light build has the types of the whole one; hls.js ships them for that name alone. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
