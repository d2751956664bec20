"""From a pack as it is written to the values of the rules."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields

from monitor.law.bandwidth import AssumedCamera, Bandwidth, Bitrate
from monitor.law.entry import Rule, Words
from monitor.law.pack import (
    AssumedRule,
    BandwidthRule,
    BaselineRule,
    BasisRule,
    BitrateRule,
    BridgingRule,
    Compliance,
    FlagRule,
    LeadRule,
    PackFile,
    TermRule,
    Thresholds,
    rules_in,
)
from monitor.law.rules import (
    BaselineFigure,
    Bridging,
    ContractTerm,
    Figure,
    Gap,
    LeadTime,
    LegalBasis,
    Pack,
    Rules,
    Threshold,
)
from monitor.law.scheme import Band, CentreClause, Flag, Measure, Scheme
from monitor.law.sources import Confidence, Origin, Wording
from monitor.settings.document import Document


def join(parts: Iterable[Rules]) -> Rules:
    """Put the rules of several packs together."""
    every = list(parts)
    listed = {
        one.name: tuple(rule for part in every for rule in getattr(part, one.name))
        for one in fields(Rules)
        if one.name != "thresholds"
    }
    thresholds = {
        figure: tuple(rule for part in every for rule in part.thresholds.get(figure, ())) for figure in Figure
    }
    return Rules(thresholds=thresholds, **listed)


def rules_of(document: Document[PackFile], file: str) -> Rules:
    """Turn one pack into values; `file` is its name."""
    pack = document.value
    maker = _Maker(pack)
    return Rules(
        packs=(_edition(document, file),),
        schemes=(maker.scheme(pack.compliance),) if pack.compliance is not None else (),
        thresholds=maker.thresholds(pack.thresholds),
        bridgings=tuple(map(maker.bridging, pack.bridging)),
        bases=tuple(map(maker.legal_basis, pack.legal_bases)),
        lead_times=tuple(map(maker.lead_time, pack.procurement)),
        terms=tuple(map(maker.contract_term, pack.contract_term)),
        bandwidths=tuple(map(maker.bandwidth, pack.bandwidth)),
        bitrates=tuple(map(maker.bitrate, pack.bitrates)),
        assumed_cameras=tuple(map(maker.assumed_camera, pack.assumed_camera)),
        baselines=tuple(map(maker.baseline, pack.baselines)),
    )


def _edition(document: Document[PackFile], file: str) -> Pack:
    pack, rules = document.value, list(rules_in(document.value))
    counted = Counter(rule.confidence for _, rule in rules)
    missing = [document.mistake(at, rule.note or "") for at, rule in rules if _is_missing(rule)]
    return Pack(
        pack=pack.pack,
        version=pack.version,
        file=file,
        title=_wording(pack.title),
        valid_from=pack.valid_from,
        valid_to=pack.valid_to,
        counts={confidence: counted[confidence] for confidence in Confidence},
        gaps=tuple(Gap(line=told.line, key=told.key, note=told.text) for told in missing),
    )


def _is_missing(rule: Rule) -> bool:
    return rule.confidence is Confidence.MISSING


def _wording(words: Words) -> Wording:
    return Wording(kk=words.kk, ru=words.ru, en=words.en)


class _Maker:
    """Gives every rule the pack and the days that it does not say itself."""

    def __init__(self, pack: PackFile) -> None:
        self.pack = pack

    def origin(self, rule: Rule, within: Rule | None = None) -> Origin:
        """Return where a rule comes from; one of a scheme holds no longer than its scheme."""
        outer = within or rule
        return Origin(
            pack=self.pack.pack,
            version=self.pack.version,
            valid_from=rule.valid_from or outer.valid_from or self.pack.valid_from,
            valid_to=rule.valid_to or outer.valid_to or self.pack.valid_to,
            confidence=rule.confidence,
            source=rule.source,
            note=rule.note,
        )

    def thresholds(self, told: Thresholds) -> Mapping[Figure, tuple[Threshold, ...]]:
        """Return the thresholds that the pack tells."""
        rules = {figure: getattr(told, figure.value) for figure in Figure}
        return {
            figure: (
                Threshold(
                    figure=figure,
                    numbers=tuple(rule.value) if isinstance(rule.value, list) else (rule.value,),
                    origin=self.origin(rule),
                ),
            )
            for figure, rule in rules.items()
            if rule is not None
        }

    def bridging(self, rule: BridgingRule) -> Bridging:
        """Return how a gap may be bridged."""
        forms = tuple(rule.forms)
        return Bridging(months=rule.months, forms=forms, chained=rule.chained, origin=self.origin(rule))

    def legal_basis(self, rule: BasisRule) -> LegalBasis:
        """Return what a bridging contract may rest on."""
        forms, text = tuple(rule.forms), _wording(rule.text)
        return LegalBasis(code=rule.code, forms=forms, text=text, origin=self.origin(rule))

    def lead_time(self, rule: LeadRule) -> LeadTime:
        """Return how long a procurement takes."""
        return LeadTime(method=rule.method, days=rule.days, origin=self.origin(rule))

    def contract_term(self, rule: TermRule) -> ContractTerm:
        """Return for how long a contract may be concluded."""
        return ContractTerm(
            fiscal_years=rule.fiscal_years,
            first_month=rule.first_month,
            first_day=rule.first_day,
            origin=self.origin(rule),
        )

    def bandwidth(self, rule: BandwidthRule) -> Bandwidth:
        """Return how fast connections must be."""
        return Bandwidth(
            down_mbps=rule.down_mbps,
            up_mbps=rule.up_mbps,
            pupils_up_to=rule.pupils_up_to,
            pupils_per_mbps=rule.pupils_per_mbps,
            origin=self.origin(rule),
        )

    def bitrate(self, rule: BitrateRule) -> Bitrate:
        """Return what a class of cameras typically sends."""
        origin = self.origin(rule)
        return Bitrate(codec=rule.codec, resolution=rule.resolution, kbps=rule.kbps, origin=origin)

    def assumed_camera(self, rule: AssumedRule) -> AssumedCamera:
        """Return what an unknown camera is taken for."""
        return AssumedCamera(codec=rule.codec, resolution=rule.resolution, origin=self.origin(rule))

    def baseline(self, rule: BaselineRule) -> BaselineFigure:
        """Return an official share."""
        return BaselineFigure(
            unit=rule.unit,
            as_of=rule.as_of,
            ratio=rule.ratio,
            part=rule.part,
            whole=rule.whole,
            origin=self.origin(rule),
        )

    def scheme(self, told: Compliance) -> Scheme:
        """Return the categories of the pack."""
        return Scheme(
            measures=tuple(
                Measure(
                    code=rule.code,
                    name=_wording(rule.name),
                    evidence=rule.evidence,
                    origin=self.origin(rule, told),
                )
                for rule in told.measures
            ),
            bands=tuple(
                Band(
                    code=rule.code,
                    headcount_from=rule.headcount_from,
                    headcount_to=rule.headcount_to,
                    measures=tuple(rule.measures),
                    name=_wording(rule.name),
                    origin=self.origin(rule, told),
                )
                for rule in told.categories
            ),
            centre=self.centre(told),
            flags=tuple(self.flag(rule, told) for rule in told.flags),
            origin=self.origin(told),
        )

    def centre(self, told: Compliance) -> CentreClause | None:
        """Return what the pack says of regional centres."""
        rule = told.regional_centre
        if rule is None:
            return None
        return CentreClause(
            category=rule.category,
            types=frozenset(rule.types),
            regions=frozenset(rule.regions),
            origin=self.origin(rule, told),
        )

    def flag(self, rule: FlagRule, told: Compliance) -> Flag:
        """Return one doubt."""
        return Flag(
            code=rule.code,
            text=_wording(rule.text),
            headcount_from=rule.headcount_from,
            headcount_to=rule.headcount_to,
            types=frozenset(rule.types) if rule.types is not None else None,
            regional_centre=rule.regional_centre,
            regions=frozenset(rule.regions) if rule.regions is not None else None,
            category=rule.category,
            undecided=rule.undecided,
            origin=self.origin(rule, told),
        )
