import type { Camera } from '../../api/schema.js';

/** What every tab of the page is given. */
export interface PanelProps {
  camera: Camera;
}
