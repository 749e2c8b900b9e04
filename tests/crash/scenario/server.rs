//! What a server does, with its own disk cut. Changes when a server learns to do something more.

use ronde_model::territory::Territory;

use super::acts::{self, Done};
use super::phone;
use super::{Scenario, Step};
use crate::stage::Stage;
use crate::watch::Side;

const OPEN: Step = Step::new("opened", acts::open_server);
const CLOSE: Step = Step::new("closed", acts::close);
const SYNC: Step = Step::new("took in", Stage::synchronise);
const SUPERVISOR: Step = Step::new("supervisor added", |stage| stage.supervisor().map(|_| ()));
const FORK: Step = Step::new("history begun", fork);
const DECIDE: Step = Step::new("decided", acts::decide);

const fn scenario(
    name: &'static str,
    weight: usize,
    prepare: fn(&mut Stage) -> Done,
    steps: &'static [Step],
) -> Scenario {
    Scenario { name, side: Side::Server, prepare, steps, needs_hot: false, weight }
}

/// In the order of a server's life.
pub const SCENARIOS: &[Scenario] = &[
    scenario("server: init", 2, |_| Ok(()), &[Step::new("initialised", init), OPEN, SUPERVISOR, CLOSE, OPEN]),
    scenario(
        "server: people",
        2,
        with_a_phone,
        &[
            OPEN,
            Step::new("invited", invite),
            Step::new("enrolled", enrol),
            Step::new("territory in force", territory),
            Step::new("revoked", revoke),
        ],
    ),
    scenario(
        "server: intake",
        4,
        unsent,
        &[OPEN, SYNC, Step::of("taken in and more", more, 3_000), Step::of("taken in and more", more, 300)],
    ),
    scenario(
        "server: decision",
        3,
        written_apart,
        &[
            OPEN,
            Step::new("read", read),
            Step::new("assigned", assign),
            DECIDE,
            Step::new("commented", comment),
            Step::new("ended", end),
            SYNC,
        ],
    ),
    scenario(
        "server: another history",
        2,
        taken_in,
        &[OPEN, FORK, SYNC, FORK, Step::of("taken in", more, 300)],
    ),
    scenario(
        "server: closing",
        2,
        unsent,
        &[OPEN, SYNC, CLOSE, OPEN, Step::of("taken in", more, 500), CLOSE],
    ),
];

/// What a server does after a power cut.
pub const RECOVERY: &[Step] = &[OPEN, Step::new("went on", go_on), CLOSE, OPEN];

fn go_on(stage: &mut Stage) -> Done {
    stage.invite("Samir Morel", None)?;
    stage.noted("invited")?;
    let revoked = stage.server()?.devices()?.iter().any(|device| device.revoked_ms.is_some());
    if revoked || stage.notebook()?.identity()?.is_none() {
        return Ok(());
    }
    acts::go_on(stage)?;
    stage.synchronise()
}

/// From here on it is promised, though nobody has opened it yet.
fn init(stage: &mut Stage) -> Done {
    stage.found()?;
    let mut again = stage.copy()?;
    again.server()?;
    let picture = again.look(Side::Server)?;
    if let Some(watch) = &stage.watch {
        watch.note(stage, "initialised", picture);
    }
    Ok(())
}

fn organisation(stage: &mut Stage) -> Done {
    stage.found()?;
    stage.supervisor().map(|_| ())
}

/// And a phone out of its box, whose keys are made by now.
fn with_a_phone(stage: &mut Stage) -> Done {
    organisation(stage)?;
    acts::open(stage)
}

fn unsent(stage: &mut Stage) -> Done {
    phone::unsent(stage)?;
    stage.supervisor().map(|_| ())
}

fn written_apart(stage: &mut Stage) -> Done {
    phone::with_reports(stage)?;
    acts::write_apart(stage)?;
    stage.supervisor().map(|_| ())
}

/// The phone files one report more, corrects one, and synchronises.
fn more(stage: &mut Stage, bytes: usize) -> Done {
    acts::report(stage, bytes)?;
    phone::correct(stage)?;
    stage.synchronise()
}

fn invite(stage: &mut Stage) -> Done {
    stage.notes.code = Some(stage.invite("Inès Benali", None)?);
    Ok(())
}

fn enrol(stage: &mut Stage) -> Done {
    if stage.notebook()?.identity()?.is_some() {
        return Ok(());
    }
    stage.enrol()
}

fn territory(stage: &mut Stage) -> Done {
    stage.server()?.put_territory(&Territory::drawn())?;
    Ok(())
}

fn revoke(stage: &mut Stage) -> Done {
    let server = stage.server()?;
    for line in server.devices()? {
        server.revoke_device(line.device)?;
        stage.noted("revoked")?;
    }
    Ok(())
}

fn taken_in(stage: &mut Stage) -> Done {
    phone::with_reports(stage)?;
    stage.synchronise()?;
    stage.supervisor().map(|_| ())
}

fn fork(stage: &mut Stage) -> Done {
    stage.server()?.begin_history()?;
    Ok(())
}

fn read(stage: &mut Stage) -> Done {
    let (who, doc) = (stage.supervisor()?, acts::first(stage)?);
    stage.server()?.mark_read(&who, doc)?;
    Ok(())
}

fn assign(stage: &mut Stage) -> Done {
    let (who, doc) = (stage.supervisor()?, acts::first(stage)?);
    stage.server()?.assign(&who, doc, "brigade du centre", Some("la plus proche"))?;
    Ok(())
}

fn comment(stage: &mut Stage) -> Done {
    let (who, doc) = (stage.supervisor()?, acts::first(stage)?);
    stage.server()?.comment(&who, doc, "À revoir demain avec les riverains.")?;
    Ok(())
}

fn end(stage: &mut Stage) -> Done {
    let (who, doc) = (stage.supervisor()?, acts::first(stage)?);
    stage.server()?.close(&who, doc, "rappel à l’ordre fait")?;
    Ok(())
}
