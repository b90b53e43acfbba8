//! A page walked through by the Tab key alone.

use super::Browser;

const TAB: char = '\u{e004}';

/// Numbers what the key should stop at, in the order in which it is read: of radio buttons of one name, one.
const NUMBER: &str = "
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe, [tabindex=\"0\"]')]
        .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled && it.tabIndex >= 0);
    const radios = (it) => [...document.getElementsByName(it.name)].filter((other) => other.form === it.form);
    const chosen = (it) => it.type !== 'radio' || it === (radios(it).find((other) => other.checked) ?? radios(it)[0]);
    const numbered = stops.filter(chosen);
    numbered.forEach((it, index) => { it.dataset.stop = index; });
    document.activeElement.blur();
    return numbered.length;";

/// Where the key stopped: its number, if it has one; and whether people see that it is there.
const STOP: &str = "
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const ringed = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || at.matches('iframe, body');
    const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [at.dataset.stop ?? null, ringed && within, at.outerHTML.slice(0, 120)];";

impl Browser {
    /// Asserts that the Tab key stops at everything that can be used, in its order, and that it is seen where it stops.
    pub async fn is_walked_by_keyboard(&self) {
        let page = self.path().await;
        let count = self.script(NUMBER).await.as_u64().expect("a number");
        let mut next = 0;
        // Some stops take several presses: the parts of a date, the links of a framed document.
        for _ in 0..count * 4 + 40 {
            if next == count {
                return;
            }
            self.press(TAB).await;
            let stop = self.script(STOP).await;
            let (at, is_seen) = (stop[0].as_str().and_then(|at| at.parse::<u64>().ok()), stop[1] == true);
            let Some(at) = at else { continue };
            assert!(is_seen, "{page}: the focus is not seen at {}", stop[2]);
            assert!(at == next || at + 1 == next, "{page}: instead of stop {next}, {}", stop[2]);
            next = next.max(at + 1);
        }
        panic!("{page}: of {count} stops, {next} were reached");
    }
}
