"""Losses, optimisers, tasks and the fit loop."""

from course_utils.training.clipping import clip_by_norm, clip_by_value, global_norm
from course_utils.training.fit import Evaluation, Fit, fit
from course_utils.training.initialisation import start_cell, start_model
from course_utils.training.losses import mean_squared_error, softmax_cross_entropy
from course_utils.training.model import Batch, ModelParams, loss_and_gradients, predict
from course_utils.training.optimisers import SGD, Adam, RMSprop
from course_utils.training.saving import load_params, save_params

__all__ = [
    "SGD",
    "Adam",
    "Batch",
    "Evaluation",
    "Fit",
    "ModelParams",
    "RMSprop",
    "clip_by_norm",
    "clip_by_value",
    "fit",
    "global_norm",
    "load_params",
    "loss_and_gradients",
    "mean_squared_error",
    "predict",
    "save_params",
    "softmax_cross_entropy",
    "start_cell",
    "start_model",
]
