//! How many connections and sockets there may be at the same time.

use super::settings::ServerSettings;

/// Most connections unless the settings say otherwise: each takes some ten kilobytes.
const CONNECTIONS: usize = 8192;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// HTTP connections; those that became a socket are not among them.
    pub connections: usize,
    /// Connections beyond those, each for one request: a probe is answered, anything else is sent away.
    pub reserve: usize,
    /// WebSockets in all.
    pub sockets: usize,
    pub sockets_per_address: usize,
    pub sockets_per_person: usize,
}

impl Bounds {
    /// Those of the settings, and what they leave open by the number of files that may be open: a quarter are sockets, three
    /// eighths connections, and enough is left for the database and for the reserve, which takes two files each.
    pub fn new(settings: &ServerSettings, files: u64) -> Self {
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let chosen = |figure: usize, otherwise: usize| if figure > 0 { figure } else { otherwise.max(1) };
        Self {
            connections: chosen(settings.connections, (files / 8).saturating_mul(3).min(CONNECTIONS)),
            reserve: (files / 32).clamp(4, 64),
            sockets: chosen(settings.sockets, files / 4),
            sockets_per_address: settings.sockets_per_address,
            sockets_per_person: settings.sockets_per_person,
        }
    }

    /// All that may be there on the threads together: the listener takes no more, and those beyond the reserve are closed.
    pub fn per_thread(&self, threads: usize) -> usize {
        let all = self.connections.saturating_add(self.sockets).saturating_add(self.reserve * 2);
        all.div_ceil(threads.max(1))
    }

    /// The files that all of it may take.
    pub fn files(&self) -> usize {
        self.connections.saturating_add(self.sockets).saturating_add(self.reserve * 3)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, ServerSettings};

    #[test]
    fn the_file_limit_holds_all_and_more() {
        for files in [256, 1024, 4096, 20_000, 1 << 20] {
            let bounds = Bounds::new(&ServerSettings::default(), files);
            assert_eq!(bounds.sockets as u64, files / 4);
            assert!(bounds.files() as u64 <= files * 3 / 4, "{files}: {bounds:?}");
        }
        let settings = ServerSettings { connections: 5, sockets: 7, ..ServerSettings::default() };
        let bounds = Bounds::new(&settings, 1024);
        assert_eq!((bounds.connections, bounds.sockets, bounds.reserve), (5, 7, 32));
    }
}
