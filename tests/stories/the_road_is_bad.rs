//! The real client and the real server over a road that breaks, half-closes, hangs and drips at
//! any byte, that says everything twice, and at whose end a stranger may stand: each time the next
//! try on a good road ends with every report received once.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use ronde_core::{Error, HttpLink, Notebook};
use ronde_tests::processes::{Fate, Town, Way, all_there};

/// Longer than anything honest takes here, and short enough to be waited for.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Bytes between two offsets that are tried.
const STEP: u64 = 11;

/// A notebook in this process, and the thread that carries its conversations.
struct Field {
    notebook: Notebook,
    link: HttpLink,
    runtime: tokio::runtime::Runtime,
}

impl Field {
    fn new(town: &Town, notebook: Notebook) -> Field {
        let certificate = town.fingerprint().map(|hex| {
            let byte = |place: usize| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).unwrap();
            std::array::from_fn(byte)
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let link = HttpLink::patient(&town.url(), certificate, PATIENCE).unwrap();
        Field { notebook, link, runtime }
    }

    fn sync(&self) -> Result<bool, Error> {
        // A connection of its own for each conversation, as after a change of network.
        self.runtime.block_on(self.notebook.sync_over(&self.link)).map(|report| report.complete)
    }

    fn file(&self, words: &str) {
        let mut draft = self.notebook.new_draft("nuisance.noise_night").unwrap();
        draft.facts.insert("title".into(), "Musique forte".into());
        draft.statement = words.to_owned();
        self.notebook.save_draft(&draft).unwrap();
        self.notebook.file(draft.id).unwrap();
    }
}

/// One report for each offset of one way, broken off there, then sent on a good road.
fn every_few_bytes(town: &Town, field: &mut Field, way: Way, fates: &[Fate]) -> usize {
    field.file("Pour mesurer la route.");
    *field = Field::new(town, field.notebook.clone());
    town.road.passed();
    assert!(field.sync().unwrap());
    let (up, down) = town.road.passed();
    let length = if way == Way::Up { up.len() as u64 } else { down };
    let mut broken = 0;
    for (turn, after) in (0..length).step_by(STEP as usize).enumerate() {
        let fate = fates[turn % fates.len()];
        field.file(&format!("{way:?} {fate:?} après {after} octets."));
        *field = Field::new(town, field.notebook.clone());
        town.road.passed();
        town.road.ambush(way, after, fate);
        let first = field.sync();
        if town.road.disarm() {
            // A signature of the handshake is a byte or two shorter in some conversations.
            let (up, down) = town.road.passed();
            let length = if way == Way::Up { up.len() as u64 } else { down };
            assert!(length <= after, "{way:?} {fate:?} after {after} of {length}: nothing happened");
            assert!(matches!(first, Ok(true)), "nothing was broken: {first:?}");
            continue;
        }
        match (&first, fate) {
            (Ok(true), _) => {}
            (Err(Error::Unreachable { .. }), _) => broken += 1,
            // Half a request, politely ended, may be answered.
            (Err(Error::ServerRefused { .. }), Fate::HalfClose) => broken += 1,
            other => panic!("{way:?} {fate:?} after {after}: {other:?}"),
        }
        if fate == Fate::Drip {
            assert!(matches!(first, Ok(true)), "slow is not broken: {first:?}");
        }
        *field = Field::new(town, field.notebook.clone());
        assert!(field.sync().unwrap(), "{way:?} {fate:?} after {after}: it does not heal");
    }
    broken
}

fn story(town: &Town, fates: &[Fate]) {
    let serving = town.opens();
    let person = town.enrolled("Inès Benali", "pm-centre");
    let mut field = Field::new(town, person.notebook());
    for way in [Way::Up, Way::Down] {
        let broken = every_few_bytes(town, &mut field, way, fates);
        println!("{way:?}: {broken} conversations broken off");
        assert!(broken > 5, "{way:?}: nothing broke");
    }
    let written = field.notebook.own_ledger().unwrap().len();
    drop(field);
    assert_eq!(all_there(&person, &town.office.stored()), written, "each exactly once");
    assert_eq!(town.office.stored().len(), written);
    drop(serving);
}

#[test]
fn it_breaks_half_closes_and_drips_at_any_byte() {
    story(&Town::on_this_machine(), &[Fate::Reset, Fate::HalfClose, Fate::Drip]);
}

#[test]
fn it_breaks_half_closes_and_drips_at_any_byte_under_tls() {
    story(&Town::over_tls(), &[Fate::HalfClose, Fate::Reset, Fate::Drip]);
}

#[test]
fn it_hangs_and_the_phone_gives_up_and_comes_back() {
    let town = Town::over_tls();
    let serving = town.opens();
    let person = town.enrolled("Inès Benali", "pm-centre");
    let notebook = person.notebook();
    for (way, after) in [(Way::Up, 0), (Way::Up, 700), (Way::Down, 0), (Way::Down, 900)] {
        let field = Field::new(&town, notebook.clone());
        field.file(&format!("{way:?} {after}"));
        town.road.ambush(way, after, Fate::Hang);
        let outcome = field.sync();
        assert!(!town.road.disarm(), "{way:?} {after}: nothing happened");
        assert!(matches!(outcome, Err(Error::Unreachable { .. })), "{way:?} {after}: {outcome:?}");
        assert!(Field::new(&town, notebook.clone()).sync().unwrap());
    }
    drop(notebook);
    assert_eq!(all_there(&person, &town.office.stored()), 4);
    drop(serving);
}

#[test]
fn a_whole_request_said_again_changes_nothing() {
    let town = Town::on_this_machine();
    let serving = town.opens();
    let person = town.enrolled("Inès Benali", "pm-centre");
    let field = Field::new(&town, person.notebook());
    field.file("Une seule fois.");
    town.road.passed();
    assert!(field.sync().unwrap());
    let (said, _) = town.road.passed();
    drop(field);
    let before = town.office.stored();
    for _ in 0..3 {
        let mut stranger = serving.connect();
        stranger.write_all(&said).unwrap();
        let mut answer = [0; 12];
        stranger.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200", "an identical request has an identical right to an answer");
    }
    assert_eq!(town.office.stored(), before);
    assert_eq!(all_there(&person, &before), 1);
    drop(serving);
}

/// Answers whoever comes with one page, once each, whatever they say.
fn portal(page: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for guest in listener.incoming() {
            let Ok(mut guest): std::io::Result<TcpStream> = guest else { return };
            let _heard = guest.read(&mut [0; 4096]);
            let _told = write!(
                guest,
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    address
}

#[test]
fn a_captive_portal_is_no_server() {
    let page =
        "<html><body>Bienvenue sur le Wi-Fi de la gare. <a href=\"/accept\">Accepter</a></body></html>";
    for town in [Town::on_this_machine(), Town::over_tls()] {
        let serving = town.opens();
        let person = town.enrolled("Inès Benali", "pm-centre");
        let field = Field::new(&town, person.notebook());
        field.file("À la gare.");
        let before = field.notebook.own_ledger().unwrap();
        let field = Field::new(&town, field.notebook.clone());
        town.road.lead_to(portal(page));
        let outcome = field.sync();
        assert!(matches!(outcome, Err(Error::Unreachable { .. })), "{outcome:?}");
        assert_eq!(field.notebook.own_ledger().unwrap(), before, "nothing was taken for received");
        let field = Field::new(&town, field.notebook.clone());
        town.road.lead_to(serving.address());
        assert!(field.sync().unwrap());
        drop(field);
        assert_eq!(all_there(&person, &town.office.stored()), 1);
    }
}
