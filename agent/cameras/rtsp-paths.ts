/**
 * Paths under which cameras without ONVIF commonly serve their main stream, most common first. Asked one after
 * the other until one describes video; a person gives the URL where none fits.
 */
export const usualPaths = [
  '/',
  '/Streaming/Channels/101',
  '/cam/realmonitor?channel=1&subtype=0',
  '/stream1',
  '/h264Preview_01_main',
  '/live/ch00_0',
  '/axis-media/media.amp',
  '/live',
  '/live.sdp',
  '/h264',
  '/video1',
  '/videoMain',
  '/media/video1',
  '/profile1/media.smp',
  '/11',
  '/ch0_0.h264',
  '/unicast/c1/s0/live',
  '/onvif1',
  '/main',
  '/stream',
] as const;
