/** What the browser says of the battery; Firefox and Safari say nothing. */

/** `level` is 0–1. */
export interface Battery {
  readonly level: number;
  readonly charging: boolean;
}

interface BatteryManager extends Battery, EventTarget {}

/** Calls back with the state of the battery now and after each change; never where the browser does not tell. */
export async function watchBattery(callback: (battery: Battery) => void): Promise<void> {
  const { getBattery } = navigator as { getBattery?: () => Promise<BatteryManager> };
  if (!getBattery) return;
  let manager: BatteryManager;
  try {
    manager = await getBattery.call(navigator);
  } catch {
    return; // a policy of the host forbids it
  }
  const tell = () => {
    callback({ level: manager.level, charging: manager.charging });
  };
  for (const change of ['levelchange', 'chargingchange']) manager.addEventListener(change, tell);
  tell();
}
