"""The financial-reporting schema at head; importing this package registers every table on `Base.metadata`."""

from models.base import Base
from models.companies import Company
from models.exchange_rates import ExchangeRate
from models.metrics_input import MetricsInput
from models.quarterly_reporting_financials import QuarterlyReportingFinancials
from models.quarterly_reporting_metrics import QuarterlyReportingMetrics

__all__ = [
    "Base",
    "Company",
    "ExchangeRate",
    "MetricsInput",
    "QuarterlyReportingFinancials",
    "QuarterlyReportingMetrics",
]
