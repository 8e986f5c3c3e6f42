/** Differences between database and storage are left: a nightly run says so by its exit code. */
export class StorageDiffers extends Error {}
